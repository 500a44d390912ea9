import {MeliError} from '../core/errors.js'
import {maskSecrets} from '../core/redact.js'
import type {Terminal} from '../services/ports/index.js'
import {printable} from './style.js'

export interface TerminalOptions {
  input: NodeJS.ReadableStream
  /** The process's stderr: stdout belongs to the result. */
  output: NodeJS.WritableStream
  /** Whether both are terminals with somebody in front of them. */
  interactive: boolean
}

/** Talks to the person at the terminal. What comes from outside is stripped of control characters on its way through. */
export function createTerminal({input, output, interactive}: TerminalOptions): Terminal {
  // A reader that has gone away is no reason to fail: the result goes to stdout.
  output.on('error', () => undefined)
  const write = (line: string) => {
    if (output.writable) output.write(`${printable(line)}\n`)
  }
  return {
    interactive,
    say: (line) => write(maskSecrets(line)),
    reveal: write,
    async ask(question, signal) {
      if (!interactive) throw terminalNeeded(question)
      signal?.throwIfAborted()
      const {createPromptModule} = await import('inquirer')
      signal?.throwIfAborted()

      const stop = new AbortController()
      const abort = () => stop.abort(signal?.reason)
      // End of input (Ctrl-D, a terminal that is gone): inquirer closes its reader and would then wait for ever. It pauses
      // the input after a proper answer too, but then the answer is there before the next turn of the loop.
      const hangUp = () => setImmediate(() => stop.abort(interrupted()))
      signal?.addEventListener('abort', abort, {once: true})
      input.on('pause', hangUp)
      input.on('end', hangUp)
      try {
        const prompt = createPromptModule({input, output, signal: stop.signal})
        const answers = await prompt({type: 'input', name: 'answer', message: printable(question)})
        return printable(String(answers.answer)).trim()
      } catch (error) {
        throw whyStopped(error, stop.signal)
      } finally {
        input.off('pause', hangUp)
        input.off('end', hangUp)
        signal?.removeEventListener('abort', abort)
      }
    },
  }
}

function whyStopped(error: unknown, stop: AbortSignal): unknown {
  // The classes cannot be compared: inquirer brings several copies of them.
  const name = error instanceof Error ? error.name : undefined
  if (name === 'AbortPromptError' && stop.aborted) return stop.reason
  return name === 'ExitPromptError' ? interrupted() : error
}

function interrupted(): MeliError {
  return new MeliError('MELI_INTERRUPTED', 'interrupted at a question; nothing was changed')
}

function terminalNeeded(question: string): MeliError {
  return new MeliError('MELI_TERMINAL_NEEDED', `there is no terminal to ask at: ${printable(question)}`, {
    try: [
      'run meli auth login --no-wait, open the address it prints, then run meli auth complete with the address the browser ends on',
      'or run it where standard input and standard error are a terminal',
    ],
  })
}
