import {once} from 'node:events'
import type {Writable} from 'node:stream'
import {setImmediate as nextTurn} from 'node:timers/promises'

/** Fewer writes where lines come faster than they are read. */
const fewWrites = 64 * 1024

/**
 * Writes at the pace of who reads. Ends at once, without an error, when nobody reads any more.
 * @param chunkLength 0 writes each line as it comes: for lines that are asked for over a network, so that whoever reads
 *   sees them, and can have had enough
 * @returns how many lines were handed over
 */
export async function pour(
  lines: AsyncIterable<string>,
  stream: Writable,
  signal?: AbortSignal,
  chunkLength = fewWrites,
): Promise<number> {
  const gone = new AbortController()
  const leave = () => gone.abort()
  stream.on('close', leave).on('error', leave)
  let [chunk, count] = ['', 0]
  try {
    for await (const line of lines) {
      signal?.throwIfAborted()
      if (gone.signal.aborted) return count
      chunk += line
      count += 1
      if (chunk.length < chunkLength) continue
      await write(stream, chunk, gone.signal)
      chunk = ''
    }
    await write(stream, chunk, gone.signal)
    return count
  } finally {
    stream.off('close', leave).off('error', leave)
  }
}

async function write(stream: Writable, chunk: string, gone: AbortSignal): Promise<void> {
  if (chunk === '' || gone.aborted) return
  // A file takes all at once, and the database answers at once too: without a turn of the event loop no signal is heard
  // until the end, and statements that are done with are never freed.
  if (stream.write(chunk)) return void (await nextTurn())
  await once(stream, 'drain', {signal: gone}).catch((error: unknown) => {
    if (!gone.aborted) throw error
  })
}
