import {counted} from '../core/format-number.js'
import type {Identity} from '../services/ports/index.js'
import type {DryRunRequest, DryRunResult} from '../services/writes/dry-run.js'
import type {PushRequest} from '../services/writes/push/dry-run.js'
import {indentJson} from './json-text.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'
import {width} from './table.js'
import {wrap} from './wrap.js'

export type Actor = Pick<Identity, 'userId' | 'nickname' | 'isTestUser'>

/** Line numbers beyond so many are counted. */
const mostLines = 8

/**
 * What `--dry-run` shows, of every command that has it.
 * @param actor in whose name it would be sent, where that was asked; told at a terminal
 */
export function renderDryRun({requests, notes = []}: DryRunResult, paper: Paper, actor?: Actor): string {
  if (requests.length === 0) return 'Nothing would be sent.'
  const count = counted(requests.length, 'request')
  const head = isScreen(paper)
    ? wrap(`Nothing was sent. ${count} would be${nameOf(actor)}:`, paper.columns)
    : [`${count} would be sent; nothing was changed.`]
  const parts = requests.map((request) => renderRequest(request, paper))
  const told = notes.map((note) => wrap(printable(note), paper.columns).map(paper.style.dim).join('\n'))
  return [head.map(paper.style.dim).join('\n'), ...parts, ...(told.length > 0 ? [told.join('\n')] : [])].join('\n\n')
}

export function renderRequest(request: DryRunRequest | PushRequest, paper: Paper): string {
  const {method, path, headers, body_text: body} = request
  const {style} = paper
  const lines = 'lines' in request ? `  ${style.dim(linesOf(request.lines))}` : ''
  return [
    `${style.bold(`${method} ${printable(path)}`)}${lines}`,
    ...Object.entries(headers).map(([name, value]) => `  ${style.dim(`${printable(name)}:`)} ${printable(value)}`),
    ...(body === null ? [] : bodyLines(body, paper)).map((line) => `  ${line}`),
  ].join('\n')
}

/** As it is to be sent, where that is one line of the screen; else laid out, as it is where nobody has a screen. */
function bodyLines(body: string, paper: Paper): string[] {
  const text = printable(body)
  const isShort = isScreen(paper) && !text.includes('\n') && width(text) <= paper.columns - 2
  return isShort ? [text] : indentJson(body).split('\n').map(printable)
}

function isScreen({columns}: Paper): boolean {
  return Number.isFinite(columns)
}

function nameOf(actor: Actor | undefined): string {
  if (actor === undefined) return ''
  return `, as ${actor.isTestUser ? 'test user' : 'real account'} ${printable(actor.nickname)} (${actor.userId})`
}

/** Of the file that is pushed. */
function linesOf(lines: readonly number[]): string {
  const more = lines.length - mostLines
  const shown = lines.slice(0, mostLines).join(', ')
  return `line${lines.length === 1 ? '' : 's'} ${shown}${more > 0 ? ` and ${more} more` : ''}`
}
