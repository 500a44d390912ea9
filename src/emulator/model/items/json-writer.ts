import type {Fields} from '../json.js'

/** A list that many items have in common. Its JSON is made once, because a seller's items are mostly made of such lists. */
export class SharedList {
  private bytes: Buffer | undefined

  constructor(readonly items: readonly Fields[]) {}

  /** The elements without the brackets around them. */
  get json(): Buffer {
    this.bytes ??= Buffer.from(inside(this.items))
    return this.bytes
  }
}

/** One list put together of several; to JSON.stringify it is an array like any other. */
export class JoinedList {
  constructor(readonly parts: readonly (SharedList | readonly Fields[])[]) {}

  toJSON(): Fields[] {
    return this.parts.flatMap((part) => (part instanceof SharedList ? part.items : part))
  }
}

/** Puts an answer together of text and of bytes that are there already. */
export class JsonPieces {
  private readonly pieces: (string | Buffer)[] = []
  private text = ''

  add(text: string): this {
    this.text += text
    return this
  }

  /** The same as JSON.stringify; joined lists are looked for among the fields themselves, no deeper. */
  addObject(body: Fields): this {
    let before = '{'
    for (const name of Object.keys(body)) {
      const value = body[name]
      if (value === undefined) continue
      // Looking is quicker than quoting, and a name is nearly always a plain word.
      this.text += `${before}${/^\w+$/.test(name) ? `"${name}"` : JSON.stringify(name)}:`
      if (value instanceof JoinedList) this.addList(value)
      else this.text += JSON.stringify(value)
      before = ','
    }
    this.text += before === '{' ? '{}' : '}'
    return this
  }

  toBuffer(): Buffer {
    const pieces = [...this.pieces, this.text]
    const whole = Buffer.allocUnsafe(pieces.reduce((bytes, piece) => bytes + Buffer.byteLength(piece), 0))
    let at = 0
    for (const piece of pieces) at += typeof piece === 'string' ? whole.write(piece, at) : piece.copy(whole, at)
    return whole
  }

  private addList({parts}: JoinedList): void {
    let before = '['
    for (const part of parts) {
      if ((part instanceof SharedList ? part.items : part).length === 0) continue
      this.text += before
      if (part instanceof SharedList) {
        this.pieces.push(this.text, part.json)
        this.text = ''
      } else this.text += inside(part)
      before = ','
    }
    this.text += before === '[' ? '[]' : ']'
  }
}

function inside(items: readonly Fields[]): string {
  return JSON.stringify(items).slice(1, -1)
}
