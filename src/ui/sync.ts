import {count, counted} from '../core/format-number.js'
import type {SyncAllResult} from '../services/sync/all.js'
import type {SyncResult} from '../services/sync/product-sync.js'
import {accountName} from './names.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'
import {eachCauseOnce, failureLines} from './sync-failures.js'
import {table} from './table.js'

/** Missing products beyond this many are counted, not listed: `--json` has more. */
const listedMissing = 10

export function renderSync(result: SyncResult & {nickname?: string | null}, paper: Paper): string {
  const {style} = paper
  const whose = `of ${accountName(result)}${result.mode === 'sandbox' ? ' (sandbox)' : ''}`
  const {resource} = result
  if (result.skipped) return `${style.symbols.ok} ${capital(resource)} ${whose} are up to date: ${result.reason}`
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

/** One after the other; stores that failed say why. */
export function renderSyncs({syncs}: SyncAllResult, paper: Paper): string {
  const parts = eachCauseOnce(syncs, {
    done: (sync) => renderSync(sync, paper),
    failed: (alike) => failureLines(alike, paper),
  })
  return parts.join('\n\n')
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

export function capital(word: string): string {
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
  return kind === 'incremental' ? `${how}: ${counted(listed, noun(result))} checked` : how
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
  if (result.stopped) return ['', 'Stopped by --max-duration. Run it again to resume.']
  const {missing, missing_count} = result
  if (missing.length === 0) return ['', 'The listing changed while it was read, so it may not be whole. Run it again.']
  const records = missing.filter((each) => !isOfListing(each))
  const rows = records
    .slice(0, listedMissing)
    .map((item) => [`  ${item.id}`, String(item.status), printable(item.message)])
  const unnamed = missing_count - rows.length
  return [
    ...missing.filter(isOfListing).flatMap(({message}) => ['', doubtful(message, result)]),
    ...(rows.length === 0
      ? []
      : [
          '',
          `${counted(missing_count, noun(result))} could not be read; the rest is stored. Run it again to retry:`,
          table(['  ID', 'STATUS', 'MESSAGE'], rows, paper),
          ...(unnamed > 0 ? [`  and ${count(unnamed)} more: see --json`] : []),
        ]),
  ]
}

/** Stands for records that the service counts and did not list. */
function isOfListing({id}: SyncResult['missing'][number]): boolean {
  return id === 'listing'
}

function doubtful(message: string, {resource}: SyncResult): string {
  return `Some ${resource} may be missing: ${printable(message)}. What was listed is stored. Run it again.`
}
