import type {RawOutcome} from '../services/writes/raw/raw-call.js'
import {indentJson} from './json-text.js'
import {printable} from './style.js'

/** What goes to stdout: byte for byte to a pipe or a file, laid out for a terminal. */
export function renderRaw(
  {result, bytes}: RawOutcome,
  {include, isTTY}: {include: boolean; isTTY: boolean},
): Uint8Array {
  const head = include ? headOf(result) : ''
  if (!isTTY) return Buffer.concat([Buffer.from(head), bytes, Buffer.from(endOf(bytes))])
  return Buffer.from(printable(head) + onScreen(result, Buffer.from(bytes).toString('utf8')))
}

function headOf({status, headers}: RawOutcome['result']): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${status}`, ...lines, '', ''].join('\n')
}

/** A terminal that is sent what is no text may be left in any state. */
function onScreen({headers}: RawOutcome['result'], text: string): string {
  const type = headers['content-type'] ?? 'text/plain'
  if (!/json|text|xml/i.test(type)) return `${printable(type)}, which is no text: send it into a file with > FILE\n`
  const drawn = printable(indentJson(text))
  return drawn === '' || drawn.endsWith('\n') ? drawn : `${drawn}\n`
}

/** JSON ends with a line feed; what is anything else is left as it is. */
function endOf(bytes: Uint8Array): string {
  return bytes.at(-1) === 0x7d || bytes.at(-1) === 0x5d ? '\n' : ''
}
