import type {Scroll} from './scroll.js'

/** How far a scan is: enough to resume it in another process. */
export interface ScrollCursor {
  scroll: Scroll
  /** Records listed so far, which tells whether a short page is the last one. */
  received: number
}

/** As text: `<received>.<ms since 1970>.<scroll id>`. */
export function writeCursor({scroll, received}: ScrollCursor): string {
  return `${received}.${scroll.givenAt.getTime()}.${scroll.id}`
}

/** A bare scroll id counts as one that was given long ago. */
export function readCursor(text: string): ScrollCursor {
  const [, received, givenAt, id] = /^(\d{1,9})\.(\d{1,15})\.(.+)$/s.exec(text) ?? []
  if (id === undefined) return {scroll: {id: text, givenAt: new Date(0)}, received: 0}
  return {scroll: {id, givenAt: new Date(Number(givenAt))}, received: Number(received)}
}
