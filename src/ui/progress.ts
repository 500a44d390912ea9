import {count} from '../core/format-number.js'

export interface ProgressStep {
  done: number
  total: number
  /** What else there is to say, from the longest form to the shortest: the first that fits is shown. */
  details?: readonly string[]
}

export interface Progress {
  update(step: ProgressStep): void
  /** Takes the live line away. */
  end(): void
}

export interface ProgressOptions {
  stream: {write(text: string): unknown; isTTY?: boolean; columns?: number}
  /** Milliseconds. */
  now: () => number
  /** Plural: what is counted. */
  noun: string
  /** TERM: a dumb terminal cannot take a line back. */
  term?: string | undefined
}

const redrawMs = 100
const logLineMs = 10_000
const clearLine = '\r\u001b[K'

/** One live line on a terminal; elsewhere a line every ten seconds, so that short work says nothing in a log. */
export function createProgress({stream, now, noun, term}: ProgressOptions): Progress {
  const live = stream.isTTY === true && term !== 'dumb'
  let last = live ? Number.NEGATIVE_INFINITY : now()
  let drawn = false
  return {
    update(step) {
      const at = now()
      if (at - last < (live ? redrawMs : logLineMs)) return
      last = at
      drawn = live
      // The last column stays free: a line that wraps could not be drawn over.
      stream.write(live ? `${clearLine}${fitting(step, noun, (stream.columns ?? 80) - 1)}` : `${lineOf(step, noun)}\n`)
    },
    end() {
      if (drawn) stream.write(clearLine)
      drawn = false
    },
  }
}

function lineOf({done, total, details = []}: ProgressStep, noun: string): string {
  return [`${count(done)} of ${count(total)} ${noun}${percent(done, total)}`, ...details.slice(0, 1)].join(', ')
}

/** What matters less goes first where the screen is narrow: the noun, then what the shorter forms leave out. */
function fitting(step: ProgressStep, noun: string, columns: number): string {
  const {done, total, details = []} = step
  const counts = `${count(done)}/${count(total)}${percent(done, total)}`
  const forms = [lineOf(step, noun), ...details.map((detail) => `${counts}, ${detail}`), counts]
  return forms.find((form) => form.length <= columns) ?? counts.slice(0, columns)
}

function percent(done: number, total: number): string {
  return total > 0 ? ` (${Math.min(100, Math.floor((100 * done) / total))}%)` : ''
}
