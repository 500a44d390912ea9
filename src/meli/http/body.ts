import {isAscii, isUtf8} from 'node:buffer'
import {readJson} from '../../core/json.js'
import type {Span} from './raw-json.js'

/** JSON beside the text that it was read from, for who cuts documents and numbers out of it as they were sent. */
export interface JsonSource {
  json: unknown
  text: string
  /** What a string of `json` says. */
  decode(text: string): string
  /** A part of `text`, in UTF-8. */
  cut(span: Span): Uint8Array
}

/** Its message is why the text is not taken, and quotes nothing of it. */
export class UnreadableJson extends Error {
  override readonly name = 'UnreadableJson'
}

/** The body of an answer, unpacked. Each way to look at it is taken when it is first asked for, and once. */
export class Body {
  #readable: Buffer | undefined
  #text: string | undefined
  #json: {value: unknown} | undefined
  #source: JsonSource | undefined

  /** @param bytes as they came, of whatever kind */
  constructor(readonly bytes: Buffer) {}

  /** What is no UTF-8 in it is replaced. */
  get #bytes(): Buffer {
    this.#readable ??= readable(this.bytes)
    return this.#readable
  }

  get text(): string {
    this.#text ??= this.#bytes.toString('utf8')
    return this.#text
  }

  /** Throws UnreadableJson. */
  json(): unknown {
    if (isAscii(this.#bytes)) return this.source().json
    this.#json ??= {value: parsed(this.text)}
    return this.#json.value
  }

  /**
   * Read with each byte as one character, which takes a twentieth of the time of reading UTF-8: nothing outside of the
   * strings of JSON is anything else than ASCII, and few of its strings are of use. Escapes stand for characters that
   * could not be told from bytes. Throws UnreadableJson.
   */
  source(): JsonSource {
    this.#source ??= this.#bytes.includes('\\u') ? readText(this.text) : readBytes(this.#bytes)
    return this.#source
  }
}

function readBytes(bytes: Buffer): JsonSource {
  const text = bytes.toString('latin1')
  return {json: parsed(text), text, decode, cut: ([from, to]) => bytes.subarray(from, to)}
}

function parsed(text: string): unknown {
  const read = readJson(text)
  if ('why' in read) throw new UnreadableJson(read.why)
  return read.value
}

/** The same for a text that is at hand as such. */
export function readText(text: string): JsonSource {
  return {json: parsed(text), text, decode: wellFormed, cut: (span) => Buffer.from(text.slice(...span))}
}

/** Half a character, which only an escape can say, has no UTF-8: what is stored would differ from it for ever. */
function wellFormed(said: string): string {
  return said.replace(/\p{Surrogate}/gu, '\uFFFD')
}

function decode(text: string): string {
  return /[\u0080-\u00ff]/.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text
}

function readable(unpacked: Buffer): Buffer {
  const bytes = isUtf8(unpacked) ? unpacked : Buffer.from(unpacked.toString('utf8'))
  return startsWithMark(bytes) ? bytes.subarray(3) : bytes
}

function startsWithMark(bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
}
