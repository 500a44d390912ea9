import {readJson} from '../core/json.js'
import type {Cell, FileRecord} from '../services/ports/index.js'
import {BrokenText} from './broken-text.js'

/** Longer than any line that is meant. */
const longestLine = 1024 * 1024

/** One JSON object a line. A line that is none is at fault by itself; one without an end is BrokenText. */
export async function* jsonRecords(open: () => AsyncIterable<string>): AsyncGenerator<FileRecord> {
  let line = 0
  for await (const content of linesOf(open())) {
    line += 1
    if (content.length > longestLine) throw new BrokenText(`has a line longer than a megabyte: line ${line}`)
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
