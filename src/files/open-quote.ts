/** A place in a text as editors show it: both count from 1. */
export interface Place {
  line: number
  column: number
}

/**
 * Where the quote opens that is still open at the end of the text, or `most` characters behind the beginning of `fromLine`.
 * Undefined when none is. Quotes are as in RFC 4180.
 */
export async function openQuote(
  text: AsyncIterable<string>,
  fromLine: number,
  most: number,
): Promise<Place | undefined> {
  const quotes = new Quotes(fromLine)
  let left = most
  for await (const part of behindLines(text, fromLine - 1)) {
    for (const character of part.slice(0, left)) quotes.take(character)
    left -= part.length
    if (left <= 0) break
  }
  return quotes.open
}

/** Without so many lines at its beginning. */
async function* behindLines(text: AsyncIterable<string>, lines: number): AsyncGenerator<string> {
  let left = lines
  for await (const chunk of text) {
    let from = 0
    while (left > 0 && chunk.includes('\n', from)) {
      from = chunk.indexOf('\n', from) + 1
      left -= 1
    }
    if (left === 0) yield chunk.slice(from)
  }
}

class Quotes {
  private column = 0
  private isOpen = false
  private isBehindQuote = false
  private opened: Place | undefined

  constructor(private line: number) {}

  get open(): Place | undefined {
    return this.isOpen ? this.opened : undefined
  }

  take(character: string): void {
    this.column += character.length
    const isQuote = character === '"'
    if (isQuote) {
      // Directly behind a closing one it opens the same cell again.
      if (!this.isOpen && !this.isBehindQuote) this.opened = {line: this.line, column: this.column}
      this.isOpen = !this.isOpen
    }
    this.isBehindQuote = isQuote
    if (character !== '\n') return
    this.line += 1
    this.column = 0
  }
}
