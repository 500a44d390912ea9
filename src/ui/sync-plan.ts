import {count, counted} from '../core/format-number.js'
import type {SyncAllPlan} from '../services/sync/all.js'
import type {SyncPlan} from '../services/sync/product-sync.js'
import {accountName} from './names.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'
import {byCause, failureLines} from './sync-failures.js'
import {fields, pad, table, width} from './table.js'
import {span} from './times.js'

export function renderPlan(plan: SyncPlan & {nickname?: string | null}, paper: Paper): string {
  const title = `Plan for ${accountName(plan)}: nothing has been done`
  if (plan.skipped) return `${title}\n  Nothing to do: ${plan.reason}`
  const known = {last_run: 'by the last run', local_copy: 'by the local copy', listing: 'asked just now'}
  const why = plan.reason === null ? '' : `: ${plan.reason}`
  const rows: Array<[string, string]> = [
    ['Run', `${plan.kind}${why}`],
    ['Products', `${count(plan.items)} (${known[plan.based_on]})`],
    ['To fetch', count(plan.fetches)],
    ['Requests', `about ${count(plan.requests)}`],
    ['Time', `about ${time(plan)} at ${count(plan.per_minute)} requests a minute`],
    ['Budget', `${share(plan)} of the requests of an hour`],
  ]
  return [title, fields(rows, paper)].join('\n')
}

/** A line for each store and one for all, then those that could not be planned. */
export function renderPlans(result: SyncAllPlan, paper: Paper): string {
  const {per_minute} = result
  const plans = result.plans.flatMap((plan) => ('error' in plan ? [] : [plan]))
  const failures = result.plans.flatMap((plan) => ('error' in plan ? [plan] : []))
  const headers = ['ACCOUNT', 'RUN', 'PRODUCTS', 'TO FETCH', 'REQUESTS', 'TIME', 'BUDGET']
  const rows = plans.map((plan) => [
    printable(plan.nickname ?? String(plan.user_id)),
    plan.skipped ? 'none' : plan.kind,
    ...numbers(plan),
  ])
  const total = ['in all', '', ...numbers(result)]
  const parts = [`Plan for ${counted(result.plans.length, 'account')}: nothing has been done`]
  if (per_minute !== null) {
    parts.push(
      table(headers, rightAligned([...rows, ...(rows.length > 1 ? [total] : [])], headers), paper),
      paper.style.dim(`About, at ${count(per_minute)} requests a minute; the budget is of the requests of an hour.`),
    )
  }
  return [parts.join('\n'), ...byCause(failures).map((alike) => failureLines(alike, paper))].join('\n\n')
}

type Cost = Pick<SyncPlan, 'items' | 'fetches' | 'requests' | 'minutes' | 'budget_share'>

function numbers(cost: Cost): string[] {
  return [...[cost.items, cost.fetches, cost.requests].map(count), time(cost), share(cost)]
}

function time({minutes}: Pick<Cost, 'minutes'>): string {
  return span(minutes * 60_000)
}

function share({budget_share}: Pick<Cost, 'budget_share'>): string {
  return `${(budget_share * 100).toFixed(1)} %`
}

/** All but the first two columns, which are words. */
function rightAligned(rows: readonly string[][], headers: readonly string[]): string[][] {
  const widths = headers.map((header, at) => Math.max(width(header), ...rows.map((row) => width(row[at] ?? ''))))
  return rows.map((row) => row.map((cell, at) => (at < 2 ? cell : pad('', (widths[at] ?? 0) - width(cell)) + cell)))
}
