import type {SyncResult} from '../services/sync/product-sync.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'
import {table} from './table.js'
import {count, counted} from './times.js'

/** Failures beyond this many are counted, not listed: `--json` has them all. */
const listedFailures = 10

export function renderSync(result: SyncResult, paper: Paper): string {
  const {style} = paper
  const sign = result.complete ? style.symbols.ok : style.symbols.fail
  const done = result.dry_run ? 'compared, nothing written' : 'synced'
  const whose = `of account ${result.user_id}${result.mode === 'sandbox' ? ' (sandbox)' : ''}`
  return [
    `${sign} ${counted(result.listed, 'product')} ${whose} ${done}`,
    `  ${changes(result)}`,
    style.dim(`  ${counted(result.requests, 'request')}, ${seconds(result.duration_ms)}`),
    ...troubles(result, paper),
  ].join('\n')
}

function changes({created, updated, unchanged, removed}: SyncResult): string {
  return `${count(created)} created, ${count(updated)} updated, ${count(unchanged)} unchanged, ${count(removed)} removed`
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`
}

function troubles(result: SyncResult, paper: Paper): string[] {
  if (result.complete) return []
  const {failed} = result
  if (failed.length === 0) return ['', 'The listing changed while it was read, so it may not be whole. Run it again.']
  const rows = failed
    .slice(0, listedFailures)
    .map((item) => [`  ${item.id}`, String(item.status), printable(item.message)])
  const more = failed.length > listedFailures ? [`  and ${count(failed.length - listedFailures)} more: see --json`] : []
  return [
    '',
    `${counted(failed.length, 'product')} could not be read; the rest is stored. Run it again for these:`,
    table(['  ID', 'STATUS', 'MESSAGE'], rows, paper),
    ...more,
  ]
}
