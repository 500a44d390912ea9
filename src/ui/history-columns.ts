import {valueFor, wordFor} from '../core/format-change.js'
import type {WriteView} from '../services/writes/history.js'
import {type Column, column} from './listing.js'
import type {Paper} from './paper.js'
import type {Cell} from './table.js'
import {relative} from './times.js'

/** In files all of them; the table shows those with a header. */
export const historyColumns: ReadonlyArray<Column<WriteView>> = [
  column('id', {header: 'ID', right: true}),
  column('at', {header: 'WHEN', cell: (row, {now}) => relative(row.at, now)}),
  column('user_id'),
  column('nickname', {header: 'ACCOUNT', spare: 1}),
  column('is_test_user', {header: 'KIND', spare: 3, cell: kind}),
  column('command', {header: 'COMMAND', spare: 2}),
  column('action'),
  column('subject', {header: 'WHAT'}),
  column('variation_id'),
  {name: 'before', value: (row) => valuesText(row.before)},
  {name: 'after', value: (row) => valuesText(row.after)},
  {name: 'change', value: () => null, header: 'CHANGE', cell: change},
  column('method'),
  column('path'),
  column('body'),
  column('outcome', {header: 'RESULT', cell: outcome}),
  column('status'),
  column('error_code'),
  column('message'),
  column('ended_at'),
  column('undoes'),
  column('undone_by'),
  column('push_id'),
]

/** Without what only a table has. */
export const historyFileColumns = historyColumns.filter(({name}) => name !== 'change')

export function valuesText(given: WriteView['before']): string | null {
  if (given === null) return null
  return Object.entries(given)
    .map(([name, value]) => `${name} ${value ?? '-'}`)
    .join(', ')
}

/** Of a request that says nothing of values, what kind it was. */
function change({before, after, method}: WriteView): string {
  if (after === null) return method
  return Object.entries(after)
    .filter(([name, value]) => before?.[name] !== value)
    .map(([name, value]) => {
      const from = before?.[name] ?? null
      const was = from === null ? '' : `${valueFor(name, from, value)} -> `
      return `${wordFor(name)} ${was}${value === null ? '-' : valueFor(name, value, from)}`
    })
    .join(', ')
}

export function kind({is_test_user}: WriteView): string {
  return is_test_user ? 'test user' : 'real'
}

export function outcome({outcome, status, undone_by}: WriteView, {style}: Paper): Cell {
  const text = `${outcome.replace('_', ' ')}${status === null ? '' : ` (${status})`}`
  if (outcome === 'done') return undone_by === null ? {text, paint: style.ok} : {text: 'taken back', paint: style.dim}
  return {text, paint: outcome === 'running' ? style.dim : outcome === 'refused' ? style.fail : style.warn}
}
