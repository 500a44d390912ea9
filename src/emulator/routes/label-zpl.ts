import type {Label} from './label.js'

/** One format (`^XA` to `^XZ`) a label, for 203 dots an inch and 10 by 15 cm, in UTF-8 (`^CI28`). */
export function zplOf(labels: readonly Label[]): string {
  return labels.map(format).join('')
}

function format(label: Label): string {
  const lines: readonly (readonly [text: string, size: number])[] = [
    ['EMULATED LABEL - NOT FOR SHIPPING', 28],
    [`Shipment ${label.shipmentId}`, 44],
    [`${label.service}   ${label.tracking}`, 26],
    ...label.references.map((text) => [text, 26] as const),
    [`From: ${label.sender}`, 26],
    ['To:', 26],
    ...label.receiver.map((text, n) => [text, n === 0 ? 40 : 32] as const),
    ...label.contents.map((text) => [text, 24] as const),
  ]
  let y = 20
  const texts = lines.map(([text, size]) => {
    y += size + 10
    return `^FO40,${y}^A0N,${size},${size}^FH_^FD${fieldData(text)}^FS`
  })
  const barcode = `^FO60,960^BY3^BCN,150,Y,N,N^FD${label.shipmentId}^FS`
  return ['^XA', '^CI28', '^PW800', '^LL1200', ...texts, barcode, '^XZ', ''].join('\n')
}

/** `^` and `~` begin commands, and `_` is the sign for a byte in hexadecimal that `^FH_` makes of it. */
function fieldData(text: string): string {
  return text.replace(/[\^~_]/g, (sign) => `_${sign.charCodeAt(0).toString(16).toUpperCase()}`).replace(/\p{Cc}/gu, ' ')
}
