import {createHash, type Hash} from 'node:crypto'
import {createReadStream, createWriteStream} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {MeliError} from '../core/errors.js'
import {adviceFor, encodingOf, formatOf as fileFormatOf, headBytes} from '../core/text-file.js'
import type {FileRecord, RecordFile} from '../services/ports/index.js'
import {csvRecords, separatorIn} from './csv-records.js'
import {jsonRecords} from './json-records.js'
import {decoded, UnreadableText, Utf8Check, withLineFeeds} from './text.js'

export interface RecordFileOptions {
  /** The input for the path `-`, which is copied to a temporary file so that it can be read again. */
  stdin: NodeJS.ReadableStream & {isTTY?: boolean}
  signal?: AbortSignal
}

/**
 * Opens a file of CSV or JSON lines, told by its name or else by its first character. The encoding is UTF-8, UTF-16, or
 * Windows-1252, which spreadsheets in Latin America write. MELI_FILE_UNREADABLE.
 */
export async function openRecordFile(path: string, options: RecordFileOptions): Promise<RecordFile> {
  if (path !== '-') return inspected(path, basename(path), async () => undefined, options.signal)
  const {stdin} = options
  if (stdin.isTTY === true) {
    throw new MeliError(
      'MELI_INPUT_UNREADABLE',
      'the lines are read from standard input, but nothing is piped into it',
      {
        try: ['name the file', 'meli products push - < prices.csv'],
      },
    )
  }
  const folder = await mkdtemp(join(tmpdir(), 'meli-push-'))
  const close = () => rm(folder, {recursive: true, force: true})
  const copy = join(folder, 'stdin')
  try {
    await pipeline(stdin, createWriteStream(copy, {mode: 0o600}), {...(options.signal && {signal: options.signal})})
    return await inspected(copy, '-', close, options.signal)
  } catch (error) {
    await close()
    throw options.signal?.aborted === true ? options.signal.reason : error
  }
}

async function inspected(
  path: string,
  name: string,
  close: () => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<RecordFile> {
  const [hash, utf8] = [createHash('sha256'), new Utf8Check()]
  let head: Uint8Array = new Uint8Array()
  for await (const chunk of bytesOf(path, name, hash, signal)) {
    if (head.length < headBytes) {
      head = Buffer.concat([head, chunk.subarray(0, headBytes)])
      assertText(name, head)
    }
    utf8.take(chunk)
  }
  const isUtf8 = utf8.end()
  const encoding = encodingOf(head) ?? (isUtf8 ? 'utf-8' : 'windows-1252')
  const digest = hash.digest('hex')
  const text = withLineFeeds(new TextDecoder(encoding).decode(head))
  const format = formatOf(name, text)
  const separator = format === 'csv' ? separatorIn(text) : null
  const read = format === 'csv' ? csvRecords : jsonRecords
  async function* records(signal?: AbortSignal): AsyncGenerator<FileRecord> {
    let again = createHash('sha256')
    const open = () => {
      again = createHash('sha256')
      return decoded(bytesOf(path, name, again, signal), encoding)
    }
    try {
      yield* read(open)
    } catch (error) {
      throw error instanceof UnreadableText ? unreadable(name, error.message, error.advice) : error
    }
    if (again.digest('hex') !== digest) throw unreadable(name, 'was changed while it was read')
  }
  return {name, hash: digest, format, separator, records, close}
}

function assertText(name: string, head: Uint8Array): void {
  const format = fileFormatOf(head)
  if (format === undefined) return
  throw unreadable(name, `is ${format.what}`, adviceFor(format, {as: 'CSV UTF-8', use: 'push'}))
}

function formatOf(name: string, head: string): RecordFile['format'] {
  if (/\.(jsonl|ndjson)$/i.test(name)) return 'jsonl'
  const text = head.trimStart()
  if (text.startsWith('[')) {
    throw unreadable(name, 'is a JSON list; write one object per line instead', "jq -c '.[]' list.json > list.jsonl")
  }
  return text.startsWith('{') ? 'jsonl' : 'csv'
}

async function* bytesOf(
  path: string,
  name: string,
  hash: Hash,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      signal?.throwIfAborted()
      hash.update(chunk)
      yield chunk
    }
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'syscall' in error && 'code' in error ? error.code : ''
    if (code === 'ENOENT' && name !== '-') throw refused(`there is no file ${path}`, ['check the name of the file'])
    if (code === 'EISDIR') throw refused(`${path} is a folder`, ['name a file'])
    throw typeof code === 'string' && code !== '' ? unreadable(name, `cannot be read (${code})`) : error
  }
}

function unreadable(name: string, why: string, suggestion?: string): MeliError {
  return refused(`${name === '-' ? 'standard input' : name} ${why}`, suggestion === undefined ? [] : [suggestion])
}

function refused(message: string, suggestions: readonly string[]): MeliError {
  return new MeliError('MELI_FILE_UNREADABLE', message, {try: suggestions})
}
