import {createStyle, type Style} from './style.js'

/** What a renderer knows of the place its text goes to. */
export interface Paper {
  readonly style: Style
  /** Infinity when nobody's screen is written to, so that nothing is cut. */
  readonly columns: number
  readonly now: Date
}

export interface PaperOptions {
  stream: {isTTY?: boolean; columns?: number}
  env: Readonly<Record<string, string | undefined>>
  now: Date
}

export function createPaper({stream, env, now}: PaperOptions): Paper {
  const isTTY = stream.isTTY === true
  const columns = isTTY && stream.columns ? stream.columns : Number.POSITIVE_INFINITY
  return {style: createStyle({isTTY, env}), columns, now}
}
