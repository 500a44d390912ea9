/** RFC 4180 to the letter: a quote inside a bare cell, a missing CRLF or text behind a quoted cell is an error. */
export function parseCsv(text: string, separator: string): string[][] {
  if (!text.startsWith('\ufeff')) throw new Error('no byte order mark')
  const rows: string[][] = []
  let [at, row] = [1, [] as string[]]
  while (at < text.length) {
    const [cell, end] = text[at] === '"' ? quotedCell(text, at + 1) : bareCell(text, at, separator)
    row.push(cell)
    if (text[end] === separator) {
      at = end + 1
    } else if (text.startsWith('\r\n', end)) {
      rows.push(row)
      row = []
      at = end + 2
    } else {
      throw new Error(`neither a separator nor CRLF at ${end}`)
    }
  }
  if (row.length > 0) throw new Error('the last line does not end')
  return rows
}

function quotedCell(text: string, from: number): [string, number] {
  let [cell, at] = ['', from]
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) throw new Error('a quoted cell does not end')
    cell += text.slice(at, quote)
    if (text[quote + 1] !== '"') return [cell, quote + 1]
    cell += '"'
    at = quote + 2
  }
}

function bareCell(text: string, from: number, separator: string): [string, number] {
  let at = from
  while (at < text.length && text[at] !== separator && text[at] !== '\r' && text[at] !== '\n') {
    if (text[at] === '"') throw new Error('a quote in a bare cell')
    at += 1
  }
  return [text.slice(from, at), at]
}
