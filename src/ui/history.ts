import type {HistoryList} from '../services/writes/history.js'
import type {WriteView} from '../services/writes/write-view.js'
import {valueFor, wordFor} from './changes.js'
import {indentJson} from './json-text.js'
import {type Column, column, renderListing} from './listing.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'
import {type Cell, fields} from './table.js'
import {dated, relative} from './times.js'

/** In files all of them; the table shows those with a header. */
const historyColumns: ReadonlyArray<Column<WriteView>> = [
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

export function renderHistory({writes, total}: HistoryList, paper: Paper): string {
  return renderListing(writes, historyColumns, {noun: 'write', total, none: 'Nothing was changed yet.'}, paper)
}

export function renderWrite(write: WriteView, paper: Paper): string {
  const {style, now} = paper
  const rows: Array<readonly [string, Cell]> = [
    ['When', dated(write.at, now)],
    ['Account', `${write.nickname} (${write.user_id}), ${kind(write)}`],
    ['Request', `${write.method} ${write.path}`],
    ...values('Before', write.before),
    ...values('After', write.after),
    ['Result', outcome(write, paper)],
    ...(write.message === null ? [] : [['Answer', write.message] as const]),
    ...(write.push_id === null ? [] : [['Push', write.push_id] as const]),
    ...(write.undoes === null ? [] : [['Takes back', String(write.undoes)] as const]),
    ...(write.undone_by === null ? [] : [['Taken back by', String(write.undone_by)] as const]),
  ]
  const title = style.bold(printable(`${write.id}: ${write.command} ${write.subject}${variation(write)}`))
  const body =
    write.body === null
      ? []
      : [
          '',
          ...indentJson(write.body)
            .split('\n')
            .map((line) => `  ${printable(line)}`),
        ]
  return [title, fields(rows, paper), ...body, ...notes(write, paper)].join('\n')
}

function notes(write: WriteView, {style}: Paper): string[] {
  if (write.outcome === 'cut_off' || write.outcome === 'unknown')
    return ['', `${style.symbols.warn} Nobody knows whether it was carried out: look at what is there now.`]
  const canBeUndone = write.outcome === 'done' && write.undone_by === null && isReversible(write)
  if (!canBeUndone) return []
  return ['', style.dim(`To take it back: meli history undo ${write.id}${write.is_test_user ? ' --sandbox' : ''}`)]
}

function isReversible({action, before, after}: WriteView): boolean {
  return ['stock', 'price', 'status'].includes(action) && before !== null && after?.status !== 'closed'
}

function variation({variation_id}: WriteView): string {
  return variation_id === null ? '' : `, variation ${variation_id}`
}

function values(name: string, given: WriteView['before']): Array<readonly [string, string]> {
  const text = valuesText(given)
  return text === null ? [] : [[name, text]]
}

function valuesText(given: WriteView['before']): string | null {
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

function kind({is_test_user}: WriteView): string {
  return is_test_user ? 'test user' : 'real'
}

function outcome({outcome, status, undone_by}: WriteView, {style}: Paper): Cell {
  const text = `${outcome.replace('_', ' ')}${status === null ? '' : ` (${status})`}`
  if (outcome === 'done') return undone_by === null ? {text, paint: style.ok} : {text: 'taken back', paint: style.dim}
  return {text, paint: outcome === 'running' ? style.dim : outcome === 'refused' ? style.fail : style.warn}
}
