import type {Fields} from '../json.js'

/** A list that many items share. Its JSON is written once, because it makes up most of an item. */
export class SharedList {
  private bytes: Buffer | undefined

  constructor(readonly items: readonly Fields[]) {}

  /** The elements without the brackets around them. */
  get json(): Buffer {
    this.bytes ??= Buffer.from(inside(this.items))
    return this.bytes
  }
}

/** A list that consists of several lists. JSON.stringify writes it as one array. */
export class JoinedList {
  constructor(readonly parts: readonly (SharedList | readonly Fields[])[]) {}

  toJSON(): Fields[] {
    return this.parts.flatMap((part) => (part instanceof SharedList ? part.items : part))
  }
}

/** Writes JSON out of text and of lists whose bytes exist already. */
export class JsonWriter {
  private readonly pieces: (string | Buffer)[] = []
  private text = ''

  add(text: string): this {
    this.text += text
    return this
  }

  /** Writes what JSON.stringify would. Joined lists are recognized among the object's own fields, no deeper. */
  addObject(body: Fields): this {
    let before = '{'
    for (const name of Object.keys(body)) {
      const value = body[name]
      if (value === undefined) continue
      // A test is quicker than quoting, and a name is nearly always a plain word.
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
