import type {HistoryList, WriteView} from '../services/writes/history.js'
import {historyColumns, kind, outcome, valuesText} from './history-columns.js'
import {indentJson} from './json-text.js'
import {type Asked, renderListing} from './listing.js'
import {accountName} from './names.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'
import {type Cell, fields} from './table.js'
import {dated} from './times.js'

export function renderHistory({writes, total}: HistoryList, paper: Paper, {some}: Asked): string {
  return renderListing(writes, historyColumns, {noun: 'write', total, some, none: 'Nothing was changed yet.'}, paper)
}

export function renderWrite(write: WriteView, paper: Paper): string {
  const {style, now} = paper
  const rows: Array<readonly [string, Cell]> = [
    ['When', dated(write.at, now)],
    ['Account', `${accountName(write)}, ${kind(write)}`],
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
  return ['', style.dim(`To undo it: meli history undo ${write.id}${write.is_test_user ? ' --sandbox' : ''}`)]
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
