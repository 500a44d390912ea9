import {brotliDecompressSync, gunzipSync, inflateSync} from 'node:zlib'
import {mostBytes} from './too-large.js'

/** Bounds of the buffer to unpack into. With the default of 16 KB an answer of twenty items takes twice as long. */
const smallestChunk = 1024
const largestChunk = 1024 * 1024

const unpackers = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
} as const

/**
 * A body as it was before it was packed. Fails with a `Z_` code when the body ended early or is not what it says, and with
 * ERR_BUFFER_TOO_LARGE when it holds more than it may. At once, because handing some kilobytes to another thread and back takes ten times as long as unpacking them.
 */
export function unpack(packed: Buffer, encoding: string | undefined): Buffer {
  const name = (encoding ?? '').trim().toLowerCase()
  const isPacked = packed.length > 0 && Object.hasOwn(unpackers, name)
  if (!isPacked) return packed
  return unpackers[name as keyof typeof unpackers](packed, {chunkSize: chunkFor(packed), maxOutputLength: mostBytes})
}

/** A gzip body ends with its size unpacked, so that one buffer can take it whole. What else is there is only a bad guess. */
function chunkFor(packed: Buffer): number {
  const size = packed.length < 4 ? 0 : packed.readUInt32LE(packed.length - 4)
  return Math.min(Math.max(size + 1, smallestChunk), largestChunk)
}
