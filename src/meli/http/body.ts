import {readJson} from '../../core/json.js'
import type {Span} from './raw-json.js'

/** JSON beside the text that it was read from, so that documents and numbers can be cut out as they were sent. */
export interface JsonSource {
  json: unknown
  text: string
  /** A string of `json` with each half of a character replaced, so that it can be stored as UTF-8. */
  decode(text: string): string
  /** A part of `text`, in UTF-8. */
  cut(span: Span): Uint8Array
}

/** Its message is why the text is not taken, and quotes nothing of it. */
export class UnreadableJson extends Error {
  override readonly name = 'UnreadableJson'
}

/** Bound of a body, as received and unpacked. The largest of the service have some hundred KB: no answer may fill the memory. */
export const mostBytes = 64 * 1024 * 1024

/** Coded as what unpacking fails with past its bound. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError'
  readonly code = 'ERR_BUFFER_TOO_LARGE'

  constructor() {
    super(`the body has more than ${mostBytes} bytes`)
  }
}

/** The body of an answer, unpacked. Its text and its JSON are each read when first asked for, and once. */
export class Body {
  #text: string | undefined
  #source: JsonSource | undefined

  /** @param bytes as they came, of whatever kind */
  constructor(readonly bytes: Buffer) {}

  /** Bytes that are not UTF-8 are replaced, and a byte order mark is left out. */
  get text(): string {
    this.#text ??= new TextDecoder().decode(this.bytes)
    return this.#text
  }

  /** Throws UnreadableJson. */
  source(): JsonSource {
    this.#source ??= readText(this.text)
    return this.#source
  }
}

/** Reads JSON and keeps its text. Throws UnreadableJson. */
export function readText(text: string): JsonSource {
  const read = readJson(text)
  if ('why' in read) throw new UnreadableJson(read.why)
  return {json: read.value, text, decode: wellFormed, cut: (span) => Buffer.from(text.slice(...span))}
}

/** Half a character, which only an escape can say, has no UTF-8: what is stored would differ from it for ever. */
function wellFormed(said: string): string {
  return said.replace(/\p{Surrogate}/gu, '\uFFFD')
}
