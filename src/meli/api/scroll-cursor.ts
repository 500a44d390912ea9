import {lostScroll, type Scroll} from './scroll.js'

/** How far a scan is: enough to resume it in another process. */
export interface ScrollCursor {
  scroll: Scroll
  /** Records listed so far, which tells whether a short page is the last one. */
  received: number
}

const ofHandle = 'handle'

/** As text: `<received>.<ms since 1970>.<scroll id>`; a handle is not kept, because another process cannot know where it stands. */
export function writeCursor({scroll, received}: ScrollCursor): string {
  if (scroll.isHandle) return ofHandle
  return `${received}.${scroll.givenAt.getTime()}.${scroll.id}`
}

/** MELI_LISTING_EXPIRED for a handle. */
export function readCursor(text: string): ScrollCursor {
  if (text === ofHandle) throw lostScroll()
  const [, received, givenAt, id] = /^(\d{1,9})\.(\d{1,15})\.(.+)$/s.exec(text) ?? []
  if (id === undefined) throw lostScroll()
  return {scroll: {id, givenAt: new Date(Number(givenAt)), isHandle: false}, received: Number(received)}
}
