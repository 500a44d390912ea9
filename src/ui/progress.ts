import {count} from './times.js'

export interface Progress {
  update(progress: {done: number; total: number; detail?: string}): void
  /** Takes the live line away. */
  end(): void
}

export interface ProgressOptions {
  stream: {write(text: string): unknown; isTTY?: boolean; columns?: number}
  /** Milliseconds. */
  now: () => number
  /** Plural: what is counted. */
  noun: string
}

const redrawMs = 100
const logLineMs = 10_000
const clearLine = '\r\u001b[K'

/** One live line on a terminal; elsewhere a line every ten seconds, so that short work says nothing in a log. */
export function createProgress({stream, now, noun}: ProgressOptions): Progress {
  const live = stream.isTTY === true
  let last = live ? Number.NEGATIVE_INFINITY : now()
  let drawn = false
  return {
    update({done, total, detail}) {
      const at = now()
      if (at - last < (live ? redrawMs : logLineMs)) return
      last = at
      drawn = live
      const counts = `${count(done)} of ${count(total)} ${noun}${percent(done, total)}`
      const text = detail === undefined ? counts : `${counts}, ${detail}`
      // A line that wraps could not be drawn over.
      stream.write(live ? `${clearLine}${text.slice(0, (stream.columns ?? 80) - 1)}` : `${text}\n`)
    },
    end() {
      if (drawn) stream.write(clearLine)
      drawn = false
    },
  }
}

function percent(done: number, total: number): string {
  return total > 0 ? ` (${Math.min(100, Math.floor((100 * done) / total))}%)` : ''
}
