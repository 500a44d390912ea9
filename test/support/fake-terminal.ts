import {MeliError} from '../../src/core/errors.js'
import type {Browser, Terminal} from '../../src/services/ports/index.js'

/** Somebody who hears everything and answers the questions it knows; on others it thinks until it is interrupted. */
export class FakeTerminal implements Terminal {
  interactive = true
  readonly heard: string[] = []
  readonly asked: string[] = []
  /** By question; a question contains its key. */
  readonly answers = new Map<string, () => string | Promise<string>>()

  say(line: string): void {
    this.heard.push(line)
  }

  reveal(line: string): void {
    this.heard.push(line)
  }

  async ask(question: string, signal?: AbortSignal): Promise<string> {
    this.asked.push(question)
    if (!this.interactive) throw new MeliError('MELI_TERMINAL_NEEDED', `nobody to ask: ${question}`)
    for (const [key, answer] of this.answers) if (question.includes(key)) return answer()
    return new Promise((_, reject) => {
      if (signal?.aborted) reject(signal.reason)
      signal?.addEventListener('abort', () => reject(signal.reason), {once: true})
    })
  }
}

/** A browser that does what the test says with the page it is sent to. */
export class FakeBrowser implements Browser {
  readonly opened: Array<{url: string; private: boolean}> = []
  /** Started, not awaited: the page goes on while the program waits for it. Undefined: no browser can be started. */
  visit: ((url: URL) => unknown) | undefined = () => undefined

  async open(url: URL, options: {private: boolean}): Promise<boolean> {
    this.opened.push({url: url.href, private: options.private})
    if (this.visit === undefined) return false
    void this.visit(url)
    return true
  }
}
