import type {Paper} from './paper.js'
import {draw, pad, width} from './table.js'
import {wrap} from './wrap.js'

const gap = '  '

/** A table whose last column is never cut: it says why, and a screen may be the only place that does. It goes on below itself. */
export function reasons(headers: readonly string[], rows: readonly (readonly string[])[], paper: Paper): string {
  const all = [headers, ...rows].map((row) => row.map(draw))
  const widths = headers.slice(0, -1).map((_, at) => Math.max(...all.map((row) => width(row[at] ?? ''))))
  const before = widths.reduce((sum, each) => sum + each + gap.length, 0)
  const lines = all.map((row) =>
    wrap(row.at(-1) ?? '', paper.columns - before).map((text, part) =>
      [...widths.map((each, at) => pad(part === 0 ? (row[at] ?? '') : '', each)), text].join(gap).trimEnd(),
    ),
  )
  const [head = [], ...others] = lines
  return [...head.map(paper.style.dim), ...others.flat()].join('\n')
}
