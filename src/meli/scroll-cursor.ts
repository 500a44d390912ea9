/** How far a scan is: enough to go on with it in another process. */
export interface ScrollCursor {
  scrollId: string
  /** Ids listed so far, to know a short page for the last one. */
  received: number
  openedAt: Date
}

/** As text: `<received>.<ms since 1970>.<scroll id>`. */
export function writeCursor({scrollId, received, openedAt}: ScrollCursor): string {
  return `${received}.${openedAt.getTime()}.${scrollId}`
}

/** A bare scroll id is taken for one that was opened long ago. */
export function readCursor(text: string): ScrollCursor {
  const [, received, openedAt, scrollId] = /^(\d{1,9})\.(\d{1,15})\.(.+)$/s.exec(text) ?? []
  if (scrollId === undefined) return {scrollId: text, received: 0, openedAt: new Date(0)}
  return {scrollId, received: Number(received), openedAt: new Date(Number(openedAt))}
}
