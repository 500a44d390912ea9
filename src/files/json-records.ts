import type {Cell, FileRecord} from '../services/ports.js'

/** Longer than any line that is meant. */
const longestLine = 1024 * 1024

/** One JSON object a line. A line that is none is at fault by itself. */
export async function* jsonRecords(text: AsyncIterable<string>): AsyncGenerator<FileRecord> {
  let line = 0
  for await (const content of linesOf(text)) {
    line += 1
    if (content.length > longestLine) {
      yield {line, fault: 'the line is longer than a megabyte', fatal: true}
      return
    }
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
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch {
    return {line, fault: 'this is not JSON', fatal: false}
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return {line, fault: 'this is not a JSON object', fatal: false}
  }
  const entries = Object.entries(value)
  return {line, names: entries.map(([name]) => name), cells: entries.map(([, cell]) => cellOf(cell))}
}

function cellOf(value: unknown): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  return JSON.stringify(value)
}
