import {counted} from '../figures.js'
import type {DryRunRequest, DryRunResult} from '../services/writes/dry-run.js'
import {indentJson} from './json-text.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'

/** What `--dry-run` shows, of every command that has it. */
export function renderDryRun({requests}: DryRunResult, paper: Paper): string {
  if (requests.length === 0) return 'Nothing would be sent.'
  const head = `${counted(requests.length, 'request')} would be sent; nothing was changed.`
  return [paper.style.dim(head), ...requests.map((request) => renderRequest(request, paper))].join('\n\n')
}

export function renderRequest({method, path, headers, body_text}: DryRunRequest, {style}: Paper): string {
  const body = body_text === null ? [] : indentJson(body_text).split('\n')
  return [
    style.bold(`${method} ${printable(path)}`),
    ...Object.entries(headers).map(([name, value]) => `  ${style.dim(`${printable(name)}:`)} ${printable(value)}`),
    ...body.map((line) => `  ${printable(line)}`),
  ].join('\n')
}
