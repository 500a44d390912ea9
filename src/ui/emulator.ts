import type {Paper} from './paper.js'
import {printable} from './style.js'
import {fields} from './table.js'

/** Lines that a POSIX shell can eval. */
export function renderExports(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `export ${name}=${quote(value)}`)
    .join('\n')
}

/** In single quotes, where a shell reads nothing but a single quote. */
function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`
}

export interface Started {
  url: string
  site: string
  /** Where meli would keep what it stores. */
  home: string
  stateFile: string | undefined
}

/** What a person wants to know of an emulator that has just started; for stderr, since stdout carries the settings. */
export function renderStarted({url, site, home, stateFile}: Started, paper: Paper): string {
  const {style} = paper
  const facts: [string, string][] = [
    ['Use it', 'the export lines, in a shell; or meli emulator exec -- COMMAND'],
    ['Consent page', 'meli auth login opens it, and prints its address'],
    ['No browser?', 'curl $MELI_API_URL/_emulator/consent --data-urlencode authorization_url="$ADDRESS"'],
    ['Controls', `${url}/_emulator`],
    ['Test data', `goes to ${printable(home)}; elsewhere: export MELI_HOME=$(mktemp -d)`],
  ]
  if (stateFile !== undefined) facts.push(['State', `written to ${printable(stateFile)} at the end`])
  return `
${style.symbols.ok} ${style.bold(`Emulator of Mercado Libre (${site}) listening on ${url}`)}
  Nothing reaches the real Mercado Libre. Press Ctrl-C to stop.

${fields(facts, paper)}
`
}

export function renderStopped(stateFile: string | undefined): string {
  return stateFile === undefined ? 'Stopped.' : `Stopped; the state is in ${printable(stateFile)}.`
}

/** The first answer of 501 for a route, while others may be writing to the terminal. */
export function renderMissingRoute({method, route}: Route, {style}: Paper): string {
  return `${style.symbols.warn} The emulator does not have ${printable(`${method} ${route}`)}; it answered 501`
}

export function renderMissingRoutes(routes: readonly (Route & {count: number})[], {style}: Paper): string {
  const lines = routes.map(({method, route, count}) => `  ${printable(`${method} ${route}`)} (${count}x)`)
  return [`${style.symbols.warn} Routes that the emulator does not have, all answered with 501:`, ...lines].join('\n')
}

interface Route {
  method: string
  route: string
}
