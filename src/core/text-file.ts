import {TextDecoder} from 'node:util'

/** What a file is, when it is no text that can be read here. */
export interface FileFormat {
  /** With its article: `an Excel workbook`. */
  what: string
  kind: 'sheet' | 'archive' | 'page' | 'other'
}

type Signature = readonly [bytes: readonly number[], what: string, kind: FileFormat['kind']]

const signatures: readonly Signature[] = [
  [[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], 'an Excel workbook', 'sheet'],
  [[0x1f, 0x8b], 'a gzip archive', 'archive'],
  [[0x42, 0x5a, 0x68], 'a bzip2 archive', 'archive'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], 'an xz archive', 'archive'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'a zstd archive', 'archive'],
  [[0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], 'a 7z archive', 'archive'],
  [[0x52, 0x61, 0x72, 0x21, 0x1a, 0x07], 'a RAR archive', 'archive'],
  [[0x25, 0x50, 0x44, 0x46, 0x2d], 'a PDF', 'other'],
  [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], 'a PNG image', 'other'],
  [[0xff, 0xd8, 0xff], 'a JPEG image', 'other'],
  [[0x47, 0x49, 0x46, 0x38], 'a GIF image', 'other'],
  [[0x52, 0x49, 0x46, 0x46], 'an image, sound or video', 'other'],
  [[...Buffer.from('SQLite format 3\0')], 'an SQLite database', 'other'],
  [[0xff, 0xfe, 0x00, 0x00], 'text in UTF-32', 'other'],
  [[0x00, 0x00, 0xfe, 0xff], 'text in UTF-32', 'other'],
]

const zipSignature = [0x50, 0x4b, 0x03, 0x04] as const
const emptyZipSignature = [0x50, 0x4b, 0x05, 0x06] as const

const byteOrderMarks: ReadonlyArray<[encoding: string, bytes: readonly number[]]> = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]

/** The first bytes that `formatOf` and `encodingOf` need to see. */
export const headBytes = 4096

/** The format of a file that begins so, whatever its name says; undefined for text. */
export function formatOf(head: Uint8Array): FileFormat | undefined {
  if (begins(head, zipSignature) || begins(head, emptyZipSignature)) return zipFormatOf(head)
  const [, what, kind] = signatures.find(([bytes]) => begins(head, bytes)) ?? []
  if (what !== undefined && kind !== undefined) return {what, kind}
  const encoding = encodingOf(head)
  if (encoding === undefined && head.subarray(0, headBytes).includes(0)) return {what: 'a binary file', kind: 'other'}
  return markupOf(new TextDecoder(encoding ?? 'utf-8').decode(head.subarray(0, headBytes)))
}

/** The parts that an archive begins with tell what wrote it. */
function zipFormatOf(head: Uint8Array): FileFormat {
  const names = Buffer.from(head.subarray(0, headBytes)).toString('latin1')
  if (names.includes('opendocument.spreadsheet')) return {what: 'an OpenDocument spreadsheet', kind: 'sheet'}
  if (names.includes('opendocument.')) return {what: 'an OpenDocument file', kind: 'other'}
  if (/word\/|ppt\//.test(names)) return {what: 'an Office document', kind: 'other'}
  if (names.includes('[Content_Types].xml') || names.includes('xl/')) return {what: 'an Excel workbook', kind: 'sheet'}
  if (/Index\/|Metadata\//.test(names)) return {what: 'a Numbers spreadsheet', kind: 'sheet'}
  return {what: 'a zip archive', kind: 'archive'}
}

function markupOf(text: string): FileFormat | undefined {
  const start = text.trimStart().slice(0, 200).toLowerCase()
  if (/^<(?:!doctype\s+html|html|head|body|meta|table|title|script|style)\b/.test(start))
    return {what: 'an HTML page', kind: 'page'}
  if (start.includes('progid="excel.sheet"')) return {what: 'an Excel workbook in XML', kind: 'sheet'}
  return start.startsWith('<?xml') ? {what: 'an XML document', kind: 'other'} : undefined
}

/** The encoding that the first bytes show: by a byte order mark, or by the zeros of UTF-16 without one. */
export function encodingOf(head: Uint8Array): string | undefined {
  const marked = byteOrderMarks.find(([, bytes]) => begins(head, bytes))?.[0]
  if (marked !== undefined) return marked
  const [even, odd] = [zerosFrom(head, 0), zerosFrom(head, 1)]
  const fewest = Math.min(head.length, headBytes) / 4
  // Letters of Latin languages have a zero in every other byte, and a text has none elsewhere.
  if (even === 0 && odd > fewest) return 'utf-16le'
  return odd === 0 && even > fewest ? 'utf-16be' : undefined
}

function zerosFrom(head: Uint8Array, first: 0 | 1): number {
  let zeros = 0
  for (let at = first; at < Math.min(head.length, headBytes); at += 2) if (head[at] === 0) zeros += 1
  return zeros
}

/** Text in any encoding that can be told: UTF-8, UTF-16, or else the code page of Windows in Western Europe and America. */
export function decodeText(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes)
  if (encoding !== undefined) return new TextDecoder(encoding).decode(bytes)
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** What to do with a file of this format, where text is wanted as `as`: `save it as CSV UTF-8 and push that`. */
export function adviceFor({kind}: FileFormat, {as, use}: {as: string; use: string}): string {
  if (kind === 'sheet') return `save it as ${as} and ${use} that`
  if (kind === 'archive') return `unpack it and ${use} the file in it`
  if (kind === 'page')
    return `a web page may have been saved instead of the file: download it again, and ${use} it as ${as}`
  return `${use} the data as ${as}`
}

function begins(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, at) => bytes[at] === byte)
}
