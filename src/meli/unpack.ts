import {brotliDecompressSync, gunzipSync, inflateSync} from 'node:zlib'

/** What most answers unpack into: with the default of 16 KB an answer of twenty items takes twice as long. */
const chunkSize = 64 * 1024

const unpackers = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
} as const

/**
 * The text of a body as it was received. Fails with a `Z_` code when the body ended early or is not what it says. At
 * once, because handing some kilobytes to another thread and back takes ten times as long as unpacking them.
 */
export function unpack(body: Uint8Array, encoding: string | undefined): string {
  const name = (encoding ?? '').trim().toLowerCase()
  const packed = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const isPacked = body.length > 0 && Object.hasOwn(unpackers, name)
  const plain = isPacked ? unpackers[name as keyof typeof unpackers](packed, {chunkSize}) : packed
  const text = plain.toString('utf8')
  return text.charCodeAt(0) === 0xfe_ff ? text.slice(1) : text
}
