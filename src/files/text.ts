import {TextDecoder} from 'node:util'

/** A file that cannot be read beyond some place. */
export class UnreadableText extends Error {
  override readonly name = 'UnreadableText'

  /** @param message continues after the name of the file: `has a quote at line 3, column 5 that is never closed` */
  constructor(
    message: string,
    readonly advice?: string,
  ) {
    super(message)
  }
}

/** Checks chunk by chunk whether a file is UTF-8. */
export class Utf8Check {
  private readonly decoder = new TextDecoder('utf-8', {fatal: true})
  private broken = false

  take(bytes: Uint8Array): void {
    this.attempt(() => this.decoder.decode(bytes, {stream: true}))
  }

  /** @returns false when a byte was none of UTF-8, or the last character is not whole */
  end(): boolean {
    this.attempt(() => this.decoder.decode())
    return !this.broken
  }

  private attempt(decode: () => string): void {
    if (this.broken) return
    try {
      decode()
    } catch {
      this.broken = true
    }
  }
}

/** Decodes text, without its byte order mark, and with every line ending as one line feed. */
export async function* decoded(bytes: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  let held = ''
  for await (const chunk of bytes) {
    const text = held + decoder.decode(chunk, {stream: true})
    // The next character decides whether a carriage return ends a line by itself.
    held = text.endsWith('\r') ? '\r' : ''
    const whole = held === '' ? text : text.slice(0, -1)
    if (whole !== '') yield withLineFeeds(whole)
  }
  const rest = held + decoder.decode()
  if (rest !== '') yield withLineFeeds(rest)
}

export function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
}
