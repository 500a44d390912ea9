import {isMeliError, MeliError} from '../errors.js'
import {count, counted} from '../figures.js'
import type {PushResult, PushRowView} from '../services/push/push-result.js'
import type {PushRehearsalResult} from '../services/push/rehearsal.js'
import {type Column, column} from './listing.js'
import {createPaper, type Paper} from './paper.js'
import {printable} from './style.js'
import {table} from './table.js'

/** What is shown of a longer list; `--json` and the result file have it all. */
const mostShown = 20

/** Of the result file, which can be mended and pushed itself. */
export const pushColumns: ReadonlyArray<Column<PushRowView>> = [
  column('line'),
  column('item_id'),
  column('seller_sku'),
  column('variation_id'),
  column('price', {number: true}),
  column('quantity'),
  column('status'),
  column('result'),
  column('price_before', {number: true}),
  column('quantity_before'),
  column('status_before'),
  column('code'),
  column('message'),
  column('finished_at'),
]

export function renderPush(result: PushResult, paper: Paper): string {
  const {style} = paper
  const {ok, refused, file, lines, resumed, result_file} = result
  const sign = ok ? style.symbols.ok : style.symbols.fail
  const whose = result.nickname === null ? '' : ` for ${printable(result.nickname)} (${result.user_id})`
  const sandbox = result.mode === 'sandbox' ? ' (sandbox)' : ''
  const what = `${counted(lines, 'line')} of ${printable(nameOf(file))}`
  const head = refused
    ? `${sign} ${what}: nothing was sent, because ${counted(result.bad_lines.length, 'line')} cannot be used`
    : `${sign} ${what} pushed${whose}${sandbox}${resumed ? ', going on where it was interrupted' : ''}`
  return [
    head,
    ...(refused ? [] : [`  ${outcomes(result)}`]),
    ...ignored(result),
    ...(result_file === null ? [] : [style.dim(`  every line: ${printable(result_file)}`)]),
    ...unwritten(result, paper),
    ...badLines(result, paper),
    ...failures(result, paper),
  ].join('\n')
}

function unwritten({result_file_error: error}: PushResult, {style}: Paper): string[] {
  if (error === null) return []
  return [
    `${style.symbols.warn} The file of results is missing: ${printable(error.message)}`,
    '  run the same command again, with -o for another name: it writes the file, and sends nothing twice',
  ]
}

/** An interruption, with how to go on; every other error as it is. */
export function withWayOn(error: unknown): unknown {
  if (!isMeliError(error, 'MELI_INTERRUPTED') || error.suggestions.length > 0) return error
  return new MeliError('MELI_INTERRUPTED', error.message, {
    try: ['run the same command again: it goes on with the lines that are left'],
    cause: error,
  })
}

/** What a rehearsal says beside the requests themselves, without colours: it goes where remarks go. */
export function rehearsalSummary(result: PushRehearsalResult): string {
  const paper = createPaper({stream: {}, env: {}, now: new Date()})
  const {lines, file, changes, unchanged, failed, refused} = result
  const head = refused
    ? `${counted(lines, 'line')} of ${printable(nameOf(file))}: nothing would be sent before the bad lines are mended, or left out with --skip-bad`
    : `${counted(lines, 'line')} of ${printable(nameOf(file))}: ${count(changes)} would be changed, ${count(unchanged)} are as wanted, ${count(failed)} cannot be carried out; nothing was sent`
  return [head, ...ignored(result), ...badLines(result, paper), ...failures(result, paper)].join('\n')
}

function outcomes({changed, unchanged, failed}: PushResult): string {
  return `${count(changed)} changed, ${count(unchanged)} as wanted already, ${count(failed)} failed`
}

function ignored({ignored_columns: names}: Pick<PushResult, 'ignored_columns'>): string[] {
  return names.length === 0 ? [] : [`  columns without a meaning here: ${names.map(printable).join(', ')}`]
}

function badLines({bad_lines: bad}: Pick<PushResult, 'bad_lines'>, paper: Paper): string[] {
  if (bad.length === 0) return []
  const rows = bad.slice(0, mostShown).map(({line, message}) => [`  ${line}`, message])
  return ['', 'Lines that cannot be used:', table(['  LINE', 'WHY'], rows, paper), ...more(bad.length)]
}

function failures({failures: all, failed, bad_lines}: PushFailures, paper: Paper): string[] {
  const bad = new Set(bad_lines.map(({line}) => line))
  const others = all.filter(({line}) => !bad.has(line))
  if (others.length === 0) return []
  const rows = others
    .slice(0, mostShown)
    .map(({line, item_id, message}) => [`  ${line}`, item_id ?? '-', message ?? ''])
  const known = Math.max(others.length, failed - bad.size)
  return ['', 'Lines that failed:', table(['  LINE', 'ITEM', 'WHY'], rows, paper), ...more(known)]
}

type PushFailures = Pick<PushResult, 'failures' | 'failed' | 'bad_lines'>

function more(all: number): string[] {
  return all > mostShown ? [`  and ${count(all - mostShown)} more: see --json`] : []
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file
}
