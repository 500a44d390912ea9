import type {Paper} from '../../src/ui/paper.js'
import {createStyle} from '../../src/ui/style.js'

export const now = new Date('2026-03-01T12:00:00Z')

/** Paper without colour, so that tests read as people do. */
export function plainPaper(columns = Number.POSITIVE_INFINITY): Paper {
  return {style: createStyle({isTTY: false, env: {LANG: 'C.UTF-8'}}), columns, now}
}

export function colourPaper(columns = Number.POSITIVE_INFINITY): Paper {
  return {style: createStyle({isTTY: true, env: {LANG: 'C.UTF-8', FORCE_COLOR: '1'}}), columns, now}
}

/** Of a list that was asked for as a whole. */
export const all = {some: false}
