import {crc32} from 'node:zlib'
import type {FastifyInstance, FastifyReply} from 'fastify'
import {renderItem} from '../model/items/render.js'
import type {Shipment} from '../model/shipments/shipment.js'
import {stateName} from '../model/shipments/shipment-states.js'
import {badRequest, notFound, standardError} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'
import {receiverOf} from './shipment-views.js'

const mostLabels = 50
const printableTypes: ReadonlySet<string> = new Set(['drop_off', 'xd_drop_off', 'cross_docking', 'self_service'])

/** `GET /shipment_labels?shipment_ids=&response_type=` (docs/mercadolibre.md, section 9). */
export function registerLabels(app: FastifyInstance, world: World): void {
  app.get('/shipment_labels', (request, reply) => {
    const {userId} = authenticate(world, request)
    const query = request.query as Record<string, unknown>
    const type = query.response_type ?? 'pdf'
    if (type !== 'pdf' && type !== 'zpl2') throw badRequest('response_type must be pdf or zpl2')
    const shipments = idsOf(query.shipment_ids).map((id) => requirePrintable(world, id, userId))
    const labels = shipments.map((shipment) => labelOf(world, shipment))
    if (world.shipments.settings.printing_moves) markPrinted(world, shipments)
    return type === 'pdf' ? send(reply, 'application/pdf', 'labels.pdf', pdfOf(labels)) : sendZpl(reply, world, labels)
  })
}

function sendZpl(reply: FastifyReply, world: World, labels: readonly Label[]): FastifyReply {
  const text = Buffer.from(zplOf(labels), 'utf8')
  if (world.shipments.settings.zpl_packaging === 'plain')
    return send(reply, 'text/plain; charset=utf-8', 'labels.txt', text)
  return send(reply, 'application/zip', 'labels.zip', zipOf('Etiqueta de envio.txt', text))
}

function send(reply: FastifyReply, type: string, filename: string, body: Buffer): FastifyReply {
  return reply.type(type).header('content-disposition', `attachment; filename="${filename}"`).send(body)
}

/** The distinct ids. The 404 and the code for too many ids are from the source. */
function idsOf(raw: unknown): number[] {
  const texts = (typeof raw === 'string' ? raw : '').split(',').map((text) => text.trim())
  if (!texts.every((text) => /^\d{1,15}$/.test(text))) throw missingId()
  if (texts.length > mostLabels)
    throw standardError(400, 'shipment_ids', `shipment_ids must have ${mostLabels} ids at most`)
  return [...new Set(texts.map(Number))]
}

function missingId(): Error {
  return notFound('Missing a valid shipment id value')
}

/**
 * Returns the shipment if its label can be printed. The codes are from the source; their place in `error` and their precedence are
 * our reading.
 * @throws WireError 400, 404
 */
function requirePrintable({shipments}: World, id: number, callerId: number): Shipment {
  const shipment = shipments.get(id)
  if (shipment === undefined) throw missingId()
  const refused = (code: string, reason: string): Error => standardError(400, code, `Shipment ${id} ${reason}`)
  if (shipment.sellerId !== callerId) throw refused('invalid_shipment_caller', 'is not of the caller')
  if (shipment.logisticType === 'fulfillment') throw refused('invalid_shipment_ff_public', 'is of fulfillment')
  if (shipment.mode !== 'me2' || !printableTypes.has(shipment.logisticType))
    throw refused('invalid_shipment_mode', `has mode ${shipment.mode} and logistic type ${shipment.logisticType}`)
  const {status, substatus} = shipment
  if (status !== 'ready_to_ship' || (substatus !== 'ready_to_print' && substatus !== 'printed'))
    throw refused('not_printable_status', `is ${stateName(shipment)}`)
  return shipment
}

function markPrinted({shipments}: World, printed: readonly Shipment[]): void {
  for (const shipment of printed) {
    if (shipment.substatus === 'ready_to_print')
      shipments.move(shipment, {status: 'ready_to_ship', substatus: 'printed'})
  }
}

/** The content of a label in both formats. */
export interface Label {
  /** The text of the barcode too. */
  readonly shipmentId: string
  readonly tracking: string
  readonly service: string
  readonly sender: string
  readonly receiver: readonly string[]
  readonly references: readonly string[]
  readonly contents: readonly string[]
}

const maxContentLines = 6

function labelOf(world: World, shipment: Shipment): Label {
  const {id, lines, sellerId, packId, logisticType} = shipment
  const receiver = receiverOf(world, shipment)
  const contents = lines.map(({itemId, quantity}) => `${quantity} x ${titleOf(world, itemId)}`)
  const more = contents.length - maxContentLines
  return {
    shipmentId: String(id),
    tracking: shipment.trackingNumber ?? '',
    service: logisticType,
    sender: world.users.get(sellerId)?.nickname ?? String(sellerId),
    receiver: [receiver.name, receiver.addressLine, `${receiver.zipCode} ${receiver.city}`, receiver.country],
    references: [
      `Pack ${packId}`,
      ...[...new Set(lines.map(({orderId}) => orderId))].map((order) => `Order ${order}`),
    ].slice(0, maxContentLines),
    contents: more > 0 ? [...contents.slice(0, maxContentLines), `and ${more} more`] : contents,
  }
}

function titleOf({catalogue}: World, itemId: string): string {
  const item = catalogue.get(itemId)
  const title = item === undefined ? '' : String(renderItem(item, ['title']).title)
  return `${itemId} ${title}`.trim().slice(0, 60)
}

/** ZPL with one format (`^XA` to `^XZ`) for each label, at 203 dpi, 10 by 15 cm, in UTF-8 (`^CI28`). */
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

/** Escapes `^` and `~`, which begin commands, and `_`, which `^FH_` makes the escape character. */
function fieldData(text: string): string {
  return text.replace(/[\^~_]/g, (sign) => `_${sign.charCodeAt(0).toString(16).toUpperCase()}`).replace(/\p{Cc}/gu, ' ')
}

/** The first date of the zip format, so that the same labels make the same bytes. */
const dosDate = 0x0021

/** A zip archive of one uncompressed file. */
export function zipOf(name: string, content: Buffer): Buffer {
  const path = Buffer.from(name, 'utf8')
  const common = Buffer.alloc(26)
  common.writeUInt16LE(20, 0)
  // Names are in UTF-8.
  common.writeUInt16LE(0x0800, 2)
  common.writeUInt16LE(dosDate, 8)
  common.writeUInt32LE(crc32(content), 10)
  common.writeUInt32LE(content.length, 14)
  common.writeUInt32LE(content.length, 18)
  common.writeUInt16LE(path.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, path, content])
  const rest = Buffer.alloc(14)
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, rest, path])
  return Buffer.concat([local, central, endOf(central.length, local.length)])
}

function endOf(centralLength: number, centralOffset: number): Buffer {
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(centralLength, 12)
  end.writeUInt32LE(centralOffset, 16)
  return end
}

/** 10 by 15 cm, in points. */
const width = 283
const height = 425
const margin = 20
const barHeight = 70

/** A PDF file with one page for each label. The same labels make the same bytes. */
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

/** Written in Latin-1, because the cross-reference table needs byte offsets. */
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

/** The barcode at the foot of the page with its text below, and quiet zones of ten modules. */
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

/** A PDF string in WinAnsi; other characters become question marks. */
function literal(text: string): string {
  return [...text.normalize('NFC')]
    .map((character) => {
      const code = character.codePointAt(0) ?? 63
      if (code < 32 || (code > 126 && code < 161) || code > 255) return '?'
      return '()\\'.includes(character) ? `\\${character}` : character
    })
    .join('')
}

/** The widths of bars and gaps, beginning with a bar, for the values 0 to 106 of Code 128 (ISO/IEC 15417). */
const patterns = (
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 ' +
  '123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 ' +
  '232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 ' +
  '313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 ' +
  '111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 ' +
  '111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 ' +
  '114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112'
).split(' ')

const startB = 104
const stop = 106

/** The widths of bars and gaps in modules, beginning and ending with a bar. @throws RangeError for other than printable ASCII */
export function code128(text: string): number[] {
  if (!/^[ -~]+$/.test(text)) throw new RangeError('code 128 B takes printable ASCII')
  const values = [...text].map((character) => character.charCodeAt(0) - 32)
  const sum = values.reduce((total, value, n) => total + value * (n + 1), startB)
  return [startB, ...values, sum % 103, stop].flatMap((value) => [...(patterns[value] ?? '')].map(Number))
}
