import type {Scroll} from './scroll.js'
import {readCursor, writeCursor} from './scroll-cursor.js'

/** How far a walk over questions is: in a scan of all, in the newest ones, or at those that wait for an answer. */
export type QuestionCursor =
  | {phase: 'scan'; scroll: Scroll | undefined; received: number; total: number | null}
  /** The next page begins there, and `last` (milliseconds) is when the last question before it was asked. */
  | {phase: 'newest'; offset: number; last: number | null}
  | {phase: 'open'}

export function writeQuestionCursor(at: QuestionCursor): string | null {
  if (at.phase === 'open') return 'open'
  if (at.phase === 'newest') return `newest:${at.offset}:${at.last ?? ''}`
  if (at.scroll === undefined) return null
  return `scan:${at.total ?? ''}:${writeCursor({scroll: at.scroll, received: at.received})}`
}

/** Undefined when it is none of ours: walk from the beginning. */
export function readQuestionCursor(text: string): QuestionCursor | undefined {
  if (text === 'open') return {phase: 'open'}
  const [, offset, last] = /^newest:(\d{1,4}):(\d*)$/.exec(text) ?? []
  if (offset !== undefined) return {phase: 'newest', offset: Number(offset), last: last ? Number(last) : null}
  const [, total, scan] = /^scan:(\d*):(.+)$/s.exec(text) ?? []
  if (scan === undefined) return undefined
  return {phase: 'scan', ...readCursor(scan), total: total ? Number(total) : null}
}
