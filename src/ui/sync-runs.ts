import {count} from '../core/format-number.js'
import type {SyncRunView, SyncStatusResult} from '../services/sync/runs.js'
import type {Paper} from './paper.js'
import {type Cell, table} from './table.js'
import {relative, span} from './times.js'

const headers = ['STARTED', 'ACCOUNT', 'RESOURCE', 'KIND', 'OUTCOME', 'TOOK', 'LISTED', 'NEW', 'UPDATED', 'REMOVED']

export function renderRuns({runs}: SyncStatusResult, paper: Paper): string {
  if (runs.length === 0) return `No sync yet. Next: ${paper.style.bold('meli sync products')}`
  const anyMissing = runs.some(({missing}) => missing > 0)
  const rows = runs.map((run) => [
    relative(run.started_at, paper.now),
    run.nickname ?? String(run.user_id),
    run.resource,
    run.kind,
    outcome(run, paper),
    run.duration_ms < 1000 ? `${run.duration_ms} ms` : span(run.duration_ms),
    ...[run.listed, run.created, run.updated, run.removed].map(count),
    ...(anyMissing ? [count(run.missing)] : []),
  ])
  const shown = table([...headers, ...(anyMissing ? ['MISSING'] : [])], rows, paper)
  const cut = new Set(runs.filter(({resumable}) => resumable).map(({resource}) => resource.replace(/\[.*/, '')))
  if (cut.size === 0) return shown
  const next = paper.style.bold(`meli sync ${cut.size === 1 ? [...cut].join('') : 'all'}`)
  return `${shown}\n\nThe next ${next} resumes the interrupted ones.`
}

function outcome({outcome, resumable}: SyncRunView, {style}: Paper): Cell {
  if (outcome === 'complete') return {text: outcome, paint: style.ok}
  if (outcome === 'running') return {text: outcome, paint: style.bold}
  return {
    text: resumable ? `${outcome}, resumable` : outcome,
    paint: outcome === 'interrupted' ? style.warn : style.fail,
  }
}
