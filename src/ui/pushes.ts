import {isMeliError, MeliError} from '../core/errors.js'
import {count, counted} from '../core/format-number.js'
import type {PushDryRunResult} from '../services/writes/push/dry-run.js'
import type {PushResult} from '../services/writes/push/push-result.js'
import {accountName} from './names.js'
import {createPaper, type Paper} from './paper.js'
import {reasons} from './reasons.js'
import {printable} from './style.js'
import {wrap} from './wrap.js'

/** What is shown of a longer list; `--json` and the result file have it all. */
const mostShown = 20

export function renderPush(result: PushResult, paper: Paper): string {
  const {style} = paper
  const {ok, refused, file, lines, resumed, result_file} = result
  const sign = ok ? style.symbols.ok : style.symbols.fail
  const what = `${counted(lines, 'line')} of ${printable(nameOf(file))}`
  const head = refused
    ? `${sign} ${what}: nothing was sent, because ${counted(result.bad_lines.length, 'line')} cannot be used`
    : `${sign} ${what} pushed${forWhom(result)}${resumed ? ', resumed where it was interrupted' : ''}`
  return [
    head,
    ...(refused ? [] : [`  ${outcomes(result)}`]),
    ...leftAside(result),
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

/**
 * What a dry run says beside the requests themselves, without colours: it goes where remarks go.
 * @param columns of the screen, which is told in whose name it would be sent
 */
export function dryRunSummary(result: PushDryRunResult, columns?: number): string {
  const stream = columns === undefined ? {} : {isTTY: true, columns}
  const paper = createPaper({stream, env: {NO_COLOR: '1'}, now: new Date()})
  const whose = columns === undefined ? '' : forWhom(result)
  const {lines, file, changes, unchanged, failed, refused} = result
  const head = refused
    ? `${counted(lines, 'line')} of ${printable(nameOf(file))}: nothing would be sent before the bad lines are mended, or left out with --skip-bad`
    : `${counted(lines, 'line')} of ${printable(nameOf(file))}${whose}: ${count(changes)} would be changed, ${count(unchanged)} are as wanted, ${count(failed)} cannot be carried out; nothing was sent`
  return [
    ...wrap(head, paper.columns),
    ...closing(result),
    ...leftAside(result),
    ...badLines(result, paper),
    ...failures(result, paper),
  ].join('\n')
}

function closing({closings}: PushDryRunResult): string[] {
  return closings === 0 ? [] : [`closing is final: ${counted(closings, 'listing')} would be closed`]
}

function forWhom({nickname, user_id, mode}: Pick<PushResult, 'nickname' | 'user_id' | 'mode'>): string {
  const whose = nickname === null || user_id === null ? '' : ` for ${accountName({nickname, user_id})}`
  return `${whose}${mode === 'sandbox' ? ' (sandbox)' : ''}`
}

function outcomes({changed, unchanged, failed}: PushResult): string {
  return `${count(changed)} changed, ${count(unchanged)} as wanted already, ${count(failed)} failed`
}

function leftAside({ignored_columns, unknown_columns, notes}: Aside): string[] {
  const unchanged = ignored_columns.filter((name) => !unknown_columns.includes(name))
  const listed = (names: readonly string[]) => names.map(printable).join(', ')
  return [
    ...(unknown_columns.length === 0 ? [] : [`  unknown columns: ${listed(unknown_columns)}`]),
    ...(unchanged.length === 0 ? [] : [`  columns that push does not change: ${listed(unchanged)}`]),
    ...notes.map(({line, text}) => `  line ${line} is a note about the columns and was skipped: ${printable(text)}`),
  ]
}

type Aside = Pick<PushResult, 'ignored_columns' | 'unknown_columns' | 'notes'>

function badLines({bad_lines: bad}: Pick<PushResult, 'bad_lines'>, paper: Paper): string[] {
  if (bad.length === 0) return []
  const rows = bad.slice(0, mostShown).map(({line, message}) => [`  ${line}`, message])
  return ['', 'Lines that cannot be used:', reasons(['  LINE', 'WHY'], rows, paper), ...more(bad.length, 'see --json')]
}

function failures({failures: all, failed, bad_lines, result_file: file}: PushFailures, paper: Paper): string[] {
  const bad = new Set(bad_lines.map(({line}) => line))
  const others = all.filter(({line}) => !bad.has(line))
  if (others.length === 0) return []
  const rows = others.slice(0, mostShown).map(({line, item_id, variation_id, message}) => {
    const item = variation_id === null ? (item_id ?? '-') : `${item_id} variation ${variation_id}`
    return [`  ${line}`, item, message ?? '']
  })
  const every = Math.max(others.length, failed - bad.size)
  // --json has the first of them only, so as not to grow with the file.
  const inJson = every === others.length ? 'see --json' : `--json has ${count(others.length)} of them`
  return [
    '',
    'Lines that failed:',
    reasons(['  LINE', 'ITEM', 'WHY'], rows, paper),
    ...more(every, file ? `see ${printable(file)}` : inJson),
  ]
}

type PushFailures = Pick<PushResult, 'failures' | 'failed' | 'bad_lines'> & Partial<Pick<PushResult, 'result_file'>>

function more(all: number, where: string): string[] {
  return all > mostShown ? [`  and ${count(all - mostShown)} more: ${where}`] : []
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file
}
