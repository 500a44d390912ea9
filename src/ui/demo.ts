import type {DemoResult} from '../services/accounts/demo/demo.js'
import type {Audience} from '../services/accounts/demo/stage.js'
import type {Paper} from './paper.js'
import {wrap} from './wrap.js'

const comfortable = 76

/** Tells the demo on a stream while it runs. */
export function createTeller(write: (text: string) => void, {style, columns}: Paper): Audience {
  const lineWidth = Math.min(columns, comfortable)
  const indent = indenter()
  return {
    opening({url, site}) {
      const what = `An emulator of Mercado Libre (site ${site}) runs at ${url}. What follows is the real meli against it: no network, no account, nothing kept.`
      write(`\n${style.bold('meli, from a new application to a token that refreshes itself')}\n`)
      write(`${wrap(what, lineWidth).join('\n')}\n`)
    },
    step({number, of, title, why, command}) {
      write(`\n${style.bold(`${number}/${of}  ${title}`)}\n`)
      write(`${style.dim(wrap(why, lineWidth).join('\n'))}\n\n`)
      write(`${style.ok('$')} ${style.bold(command)}\n`)
    },
    output(text) {
      write(indent(text))
    },
    browser(text) {
      write(indent(`${style.warn(`(In the browser: ${text}.)`)}\n`))
    },
  }
}

/** Keeps what the last step printed instead of showing it: under --json it matters only when that step failed. */
export function createRecorder(): Audience & {lastOutput(): string} {
  let output = ''
  return {
    opening() {},
    step() {
      output = ''
    },
    output(text) {
      output += text
    },
    browser(text) {
      output += `(In the browser: ${text}.)\n`
    },
    lastOutput: () => output,
  }
}

export function renderDemo({ok, steps, duration_ms}: DemoResult, {style}: Paper): string {
  const seconds = (duration_ms / 1000).toFixed(1)
  if (!ok) {
    const failed = steps.at(-1)
    const what = `Step ${steps.length} failed: ${failed?.title}.`
    return [
      '',
      `${style.symbols.fail} ${style.fail(what)} ${failed?.command} left with ${failed?.exit_code}, not 0.`,
      '  The remaining steps were skipped, and nothing is kept. If it happens again, it is a bug in meli.',
    ].join('\n')
  }
  const next: [string, string][] = [
    ['Try things by hand', 'meli emulator exec -- sh'],
    ['An emulator that stays', 'meli emulator start --items 250'],
    ['Your own application', 'set MELI_CLIENT_ID, MELI_CLIENT_SECRET, MELI_REDIRECT_URI'],
    ['', 'meli auth login && meli verify-handshake'],
  ]
  return [
    '',
    `${style.symbols.ok} ${style.bold(`All ${steps.length} steps in ${seconds} s.`)} The emulator and its folder are gone.`,
    '',
    'What next',
    ...next.map(([what, command]) => `  ${style.dim(what.padEnd(22))}  ${command}`),
  ].join('\n')
}

/** Two spaces before each line, whatever pieces the text comes in. */
function indenter(): (text: string) => string {
  let atStart = true
  return (text) => {
    const lines = text.split(/(?<=\n)/)
    const indented = lines.map((line) => {
      const prefix = atStart && line !== '\n' ? '  ' : ''
      atStart = line.endsWith('\n')
      return prefix + line
    })
    return indented.join('')
  }
}
