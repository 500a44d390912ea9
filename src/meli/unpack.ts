import {promisify} from 'node:util'
import {brotliDecompress, gunzip, inflate} from 'node:zlib'

const unpackers = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const

/** The text of a body as it was received. Fails with a `Z_` code when the body ended early or is not what it says. */
export async function unpack(body: Uint8Array, encoding: string | undefined): Promise<string> {
  const name = (encoding ?? '').trim().toLowerCase()
  const packed = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const plain = body.length > 0 && name in unpackers ? await unpackers[name as keyof typeof unpackers](packed) : packed
  const text = plain.toString('utf8')
  return text.charCodeAt(0) === 0xfe_ff ? text.slice(1) : text
}
