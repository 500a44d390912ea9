import {inflateRawSync} from 'node:zlib'
import {mostBytes} from './body.js'

const endSignature = 0x06054b50
const entrySignature = 0x02014b50
const endLength = 22
const entryLength = 46
const localLength = 30
const deflated = 8

export interface ZipEntry {
  name: string
  content: Buffer
}

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5)
}

/** The files of an archive, as its directory at the end has them. Throws a RangeError, or what unpacking throws, when it is broken. */
export function unzip(archive: Buffer): ZipEntry[] {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  if (end < 0 || end + endLength > archive.length || archive.readUInt32LE(end) !== endSignature)
    throw new RangeError('the archive has no directory')
  const count = archive.readUInt16LE(end + 10)
  const entries: ZipEntry[] = []
  let at = archive.readUInt32LE(end + 16)
  for (let n = 0; n < count; n += 1) {
    if (archive.readUInt32LE(at) !== entrySignature) throw new RangeError('the directory of the archive is broken')
    const [name, comment] = [
      archive.readUInt16LE(at + 28),
      archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32),
    ]
    entries.push({
      name: archive.toString('utf8', at + entryLength, at + entryLength + name),
      content: contentOf(archive, at),
    })
    at += entryLength + name + comment
  }
  return entries
}

function contentOf(archive: Buffer, entry: number): Buffer {
  const [method, length] = [archive.readUInt16LE(entry + 10), archive.readUInt32LE(entry + 20)]
  const local = archive.readUInt32LE(entry + 42)
  const from = local + localLength + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
  if (from + length > archive.length) throw new RangeError('the archive was cut off')
  const packed = archive.subarray(from, from + length)
  return method === deflated ? inflateRawSync(packed, {maxOutputLength: mostBytes}) : packed
}
