import {counted} from '../core/format-number.js'
import type {SyncFailure} from '../services/sync/all.js'
import {accountName} from './names.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'
import {wrap} from './wrap.js'

/** Accounts beyond this many are counted, not named: `--json` has them. */
const mostNamed = 5

type Failed = Pick<SyncFailure, 'error'>

/** Those that failed for one reason together, by who was first. */
export function byCause<F extends Failed>(failures: readonly F[]): Array<[F, ...F[]]> {
  const causes = new Map<string, [F, ...F[]]>()
  for (const each of failures) {
    const reason = `${each.error.code} ${each.error.message}`
    const alike = causes.get(reason)
    if (alike === undefined) causes.set(reason, [each])
    else alike.push(each)
  }
  return [...causes.values()]
}

/** In their order; what went wrong with several is told once, where it went wrong first. */
export function eachCauseOnce<S extends object>(
  syncs: readonly S[],
  {done, failed}: {done(sync: Exclude<S, Failed>): string; failed(alike: ReadonlyArray<Extract<S, Failed>>): string},
): string[] {
  const causes = byCause(syncs.filter(isFailure))
  return syncs.flatMap((sync) =>
    isFailure(sync) ? causes.filter(([first]) => first === sync).map(failed) : [done(sync as Exclude<S, Failed>)],
  )
}

function isFailure<S extends object>(sync: S): sync is Extract<S, Failed> {
  return 'error' in sync
}

/** Why stores were left out, and what to do about it. */
export function failureLines(alike: readonly SyncFailure[], paper: Paper): string {
  return troubleLines(namesOf(alike), alike, paper)
}

/** @param what could not be done, of all of them */
export function troubleLines(what: string, [first]: readonly Failed[], {style, columns}: Paper): string {
  if (first === undefined) return ''
  const {message, code, suggestions} = first.error
  const lines = [`${what}: ${message} (${code})`, ...suggestions.slice(0, 1).map((tip) => `Try: ${tip}`)]
  const wrapped = lines.flatMap((line) => wrap(printable(line), columns - 2))
  return `${style.symbols.fail} ${wrapped.join('\n  ')}`
}

export function namesOf(failures: ReadonlyArray<Pick<SyncFailure, 'nickname' | 'user_id'>>): string {
  const names = failures.map(accountName)
  if (names.length <= mostNamed) return listed(names)
  return listed([...names.slice(0, mostNamed), `${counted(names.length - mostNamed, 'account')} more`])
}

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1)}` : words.join('')
}
