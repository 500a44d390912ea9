import {readJson} from '../core/json.js'
import type {Cell, FileRecord} from '../services/ports/index.js'
import {UnreadableText} from './text.js'

/** The longest line. */
const longestLine = 1024 * 1024

/** Reads one JSON object per line. A line that is no object is a faulty record; a line that is too long throws UnreadableText. */
export async function* jsonRecords(open: () => AsyncIterable<string>): AsyncGenerator<FileRecord> {
  let line = 0
  for await (const content of linesOf(open())) {
    line += 1
    if (content.length > longestLine) throw new UnreadableText(`has a line longer than a megabyte: line ${line}`)
    if (content.trim() !== '') yield recordOf(line, content)
  }
}

async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let begun = ''
  for await (const chunk of text) {
    const lines = (begun + chunk).split('\n')
    begun = lines.pop() ?? ''
    yield* lines
    if (begun.length > longestLine) break
  }
  yield begun
}

function recordOf(line: number, content: string): FileRecord {
  const read = readJson(content)
  if ('why' in read) return {line, fault: `this ${read.why}`}
  const {value} = read
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return {line, fault: 'this is not a JSON object'}
  }
  const entries = Object.entries(value)
  return {line, names: entries.map(([name]) => name), cells: entries.map(([, cell]) => cellOf(cell))}
}

function cellOf(value: unknown): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  return JSON.stringify(value)
}
