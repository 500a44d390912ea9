import type {SyncAllResult, SyncFailure} from '../services/sync/all.js'
import type {ResourceFailure, SyncEverythingResult, SyncEverywhereResult} from '../services/sync/everything.js'
import type {SyncResult} from '../services/sync/product-sync.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'
import {table} from './table.js'
import {count, counted} from './times.js'

/** Missing products beyond this many are counted, not listed: `--json` has more. */
const listedMissing = 10

export function renderSync(result: SyncResult & {nickname?: string | null}, paper: Paper): string {
  const {style} = paper
  const name = result.nickname ? `${printable(result.nickname)} (${result.user_id})` : `account ${result.user_id}`
  const whose = `of ${name}${result.mode === 'sandbox' ? ' (sandbox)' : ''}`
  const {resource} = result
  if (result.skipped) return `${style.symbols.ok} ${capital(resource)} ${whose} are fresh enough: ${result.reason}`
  const sign = result.complete ? style.symbols.ok : style.symbols.fail
  const done = result.dry_run ? 'compared, nothing written' : 'synced'
  return [
    `${sign} ${what(result)} ${whose} ${done}`,
    `  ${changes(result)}`,
    style.dim(`  ${kind(result)}`),
    style.dim(`  ${traffic(result)}`),
    ...troubles(result, paper),
  ].join('\n')
}

/** One after the other; a store that failed says why. */
export function renderSyncs({syncs}: SyncAllResult, paper: Paper): string {
  const parts = syncs.map((sync) => ('error' in sync ? failureLines(sync, paper) : renderSync(sync, paper)))
  return parts.join('\n\n')
}

/** Resource after resource of one account. What went wrong with several of them is told once. */
export function renderEverything({syncs}: SyncEverythingResult, paper: Paper): string {
  const failures = syncs.flatMap((sync) => ('error' in sync ? [sync] : []))
  const parts = syncs.flatMap((sync) => {
    if (!('error' in sync)) return [renderSync(sync, paper)]
    const alike = failures.filter((each) => reasonOf(each) === reasonOf(sync))
    return alike[0] === sync ? [resourceFailure(alike, sync, paper)] : []
  })
  return parts.join('\n\n')
}

/** Resource after resource, of each its stores. */
export function renderEverywhere({resources}: SyncEverywhereResult, paper: Paper): string {
  const parts = resources.map((all) => `${paper.style.bold(capital(all.resource))}\n${renderSyncs(all, paper)}`)
  return parts.join('\n\n')
}

function reasonOf({error}: ResourceFailure): string {
  return `${error.code} ${error.message}`
}

function resourceFailure(alike: readonly ResourceFailure[], {error}: ResourceFailure, {style}: Paper): string {
  const names = alike.map(({resource}) => resource)
  const all = names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names.join('')
  return troubleLines(`${capital(all)} not synced`, error, style)
}

/** Why a store was left out, and what to do about it. */
export function failureLines({nickname, user_id, error}: SyncFailure, {style}: Paper): string {
  return troubleLines(`${nickname} (${user_id})`, error, style)
}

function troubleLines(what: string, error: SyncFailure['error'], style: Paper['style']): string {
  const first = `${style.symbols.fail} ${printable(`${what}: ${error.message}`)} (${error.code})`
  return [first, ...error.try.slice(0, 1).map((each) => `  Try: ${printable(each)}`)].join('\n')
}

function changes({created, updated, unchanged, removed, partial}: SyncResult): string {
  const parts = [`${count(created)} created`, `${count(updated)} updated`, `${count(unchanged)} unchanged`]
  if (partial > 0) parts.push(`${count(partial)} with parts missing`)
  return [...parts, `${count(removed)} removed`].join(', ')
}

/** One of them, in a word. */
function noun({resource}: SyncResult): string {
  return resource.replace(/s$/, '')
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1)
}

function what(result: SyncResult): string {
  const {kind, listed, resource} = result
  if (kind === 'full') return counted(listed, noun(result))
  return `Changes of ${resource}`
}

function kind(result: SyncResult): string {
  const {kind, resumed, reason, listed} = result
  const how = `${kind} run${resumed ? ', resumed' : ''}`
  if (reason !== null) return `${how}: ${reason}`
  return kind === 'incremental' ? `${how}: ${counted(listed, noun(result))} looked at` : how
}

function traffic({requests, retries, rate_limited, duration_ms}: SyncResult): string {
  const more = [
    ...(retries > 0 ? [counted(retries, 'retry').replace('retrys', 'retries')] : []),
    ...(rate_limited > 0 ? [`${count(rate_limited)} limited`] : []),
  ]
  const time = duration_ms < 1000 ? `${duration_ms} ms` : `${(duration_ms / 1000).toFixed(1)} s`
  return [counted(requests, 'request'), ...more, time].join(', ')
}

function troubles(result: SyncResult, paper: Paper): string[] {
  if (result.complete) return []
  if (result.stopped) return ['', 'Stopped by --max-duration. Run it again: it goes on where it stopped.']
  const {missing, missing_count} = result
  if (missing.length === 0) return ['', 'The listing changed while it was read, so it may not be whole. Run it again.']
  const rows = missing
    .slice(0, listedMissing)
    .map((item) => [`  ${item.id}`, String(item.status), printable(item.message)])
  const unnamed = missing_count - rows.length
  return [
    '',
    `${counted(missing_count, noun(result))} could not be read; the rest is stored. Run it again for these:`,
    table(['  ID', 'STATUS', 'MESSAGE'], rows, paper),
    ...(unnamed > 0 ? [`  and ${count(unnamed)} more: see --json`] : []),
  ]
}
