import type {Fields} from './fields.js'

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
  private readonly pieces: Buffer[] = []
  private text = ''

  add(text: string): this {
    this.text += text
    return this
  }

  /** The same as JSON.stringify; joined lists are looked for among the fields themselves, no deeper. */
  addObject(body: object): this {
    this.text += '{'
    let comma = ''
    for (const [name, value] of Object.entries(body) as [string, unknown][]) {
      if (value === undefined) continue
      this.text += `${comma}"${name}":`
      if (value instanceof JoinedList) this.addList(value)
      else this.text += JSON.stringify(value)
      comma = ','
    }
    this.text += '}'
    return this
  }

  toBuffer(): Buffer {
    this.flush()
    return Buffer.concat(this.pieces)
  }

  private addList({parts}: JoinedList): void {
    this.text += '['
    let comma = ''
    for (const part of parts) {
      const items = part instanceof SharedList ? part.items : part
      if (items.length === 0) continue
      this.text += comma
      if (part instanceof SharedList) {
        this.flush()
        this.pieces.push(part.json)
      } else this.text += inside(part)
      comma = ','
    }
    this.text += ']'
  }

  private flush(): void {
    if (this.text === '') return
    this.pieces.push(Buffer.from(this.text))
    this.text = ''
  }
}

function inside(items: readonly Fields[]): string {
  return JSON.stringify(items).slice(1, -1)
}
