import {code128} from './code128.js'
import type {Label} from './label.js'

/** 10 by 15 cm, in points. */
const width = 283
const height = 425
const margin = 20
const barHeight = 70

/** A PDF file with one page a label, the same bytes for the same labels. */
export function pdfOf(labels: readonly Label[]): Buffer {
  const pages = labels.map((_, n) => 5 + 2 * n)
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${labels.length} /Kids [${pages.map((page) => `${page} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>',
    ...labels.flatMap((label, n) => pageObjects(label, 5 + 2 * n)),
  ]
  return fileOf(objects)
}

function pageObjects(label: Label, number: number): string[] {
  const content = draw(label)
  return [
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] ` +
      `/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents ${number + 1} 0 R >>`,
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
  ]
}

/** Each object's offset goes into the cross-reference table, so all is written as bytes of one each. */
function fileOf(objects: readonly string[]): Buffer {
  let file = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n'
  const rows = objects.map((object, n) => {
    const row = `${String(file.length).padStart(10, '0')} 00000 n \n`
    file += `${n + 1} 0 obj\n${object}\nendobj\n`
    return row
  })
  const size = objects.length + 1
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${rows.join('')}`
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`
  return Buffer.from(file + table + trailer, 'latin1')
}

function draw(label: Label): string {
  const lines: readonly (readonly [text: string, size: number, font: 'F1' | 'F2'])[] = [
    ['EMULATED LABEL - NOT FOR SHIPPING', 10, 'F2'],
    [`Shipment ${label.shipmentId}`, 16, 'F2'],
    [`${label.service}   ${label.tracking}`, 9, 'F1'],
    ...label.references.map((text) => [text, 9, 'F1'] as const),
    [`From: ${label.sender}`, 9, 'F1'],
    ['To:', 9, 'F1'],
    ...label.receiver.map((text, n) => [text, n === 0 ? 14 : 11, n === 0 ? 'F2' : 'F1'] as const),
    ...label.contents.map((text) => [text, 8, 'F1'] as const),
  ]
  let y = height - margin
  const texts = lines.map(([text, size, font]) => {
    y -= size * 1.35
    return `BT /${font} ${size} Tf ${margin} ${y.toFixed(2)} Td (${literal(text)}) Tj ET`
  })
  return [...texts, ...bars(label.shipmentId)].join('\n')
}

/** Black rectangles at the foot of the page, the number below them; quiet zones of ten modules are kept free. */
function bars(text: string): string[] {
  const widths = code128(text)
  const module = Math.min(1.5, (width - 2 * margin) / (widths.reduce((sum, one) => sum + one, 0) + 20))
  let x = margin + 10 * module
  const drawn = widths.flatMap((modules, n) => {
    const left = x
    x += modules * module
    return n % 2 === 0 ? [`${left.toFixed(3)} ${margin + 14} ${(modules * module).toFixed(3)} ${barHeight} re`] : []
  })
  return [...drawn, 'f', `BT /F1 10 Tf ${(margin + 10 * module).toFixed(2)} ${margin} Td (${literal(text)}) Tj ET`]
}

/** Latin letters are where WinAnsi has them; of others a label shows a question mark. */
function literal(text: string): string {
  return [...text.normalize('NFC')]
    .map((character) => {
      const code = character.codePointAt(0) ?? 63
      if (code < 32 || (code > 126 && code < 161) || code > 255) return '?'
      return '()\\'.includes(character) ? `\\${character}` : character
    })
    .join('')
}
