import {changeLines} from '../../../core/format-change.js'
import type {Clock, ItemState, PushLine, PushRow, PushStore} from '../../ports/index.js'
import type {SellerTraits} from '../selling/wanted.js'
import {ownedBy, ownerOf, type SharedStocks} from './already-set.js'
import {failed, type RowOutcome, stillWaiting} from './outcomes.js'
import {sameListingAs} from './push-file.js'
import type {BadLine} from './push-line.js'
import {compareLine, type LineResolver, type ResolvedLine, type Verdict} from './resolve-lines.js'

/** Lines in memory at once. */
export const chunkSize = 80
/** Changes that are shown before they are made. */
const mostShown = 10

type Change = Extract<Verdict, {kind: 'change'}>

/** Counts what a push will change, and describes the first changes for the question. */
export class DifferenceSummary {
  changes = 0
  refused = 0
  unseen = 0
  closings = 0
  private readonly fields = new Map<string, number>()
  readonly examples: string[] = []

  add({line, verdict}: ResolvedLine<PushRow>): void {
    if (verdict.kind === 'unseen') {
      this.unseen += 1
      if (line.status === 'closed') this.closings += 1
    }
    if (verdict.kind === 'failed') this.refused += 1
    if (verdict.kind !== 'change') return
    this.changes += 1
    for (const name of Object.keys(verdict.after)) this.fields.set(name, (this.fields.get(name) ?? 0) + 1)
    if (verdict.after.status === 'closed') this.closings += 1
    if (this.examples.length < mostShown) this.examples.push(exampleOf(line, verdict))
  }

  /** The lines that the confirmation shows. */
  lines(): string[] {
    const price = this.fields.get('price') ?? 0
    const stock = this.fields.get('available_quantity') ?? 0
    const status = this.fields.get('status') ?? 0
    const more = this.changes - this.examples.length
    const figures = [
      ...(price > 0 ? [counted(price, 'price', 'prices')] : []),
      ...(stock > 0 ? [counted(stock, 'stock', 'stocks')] : []),
      ...(status > 0 ? [counted(status, 'status', 'statuses')] : []),
    ]
    return [
      ...(figures.length > 0 ? [figures.join(', ')] : []),
      ...this.examples,
      ...(more > 0 ? [`and ${more} more; --dry-run shows all`] : []),
      ...(this.closings > 0
        ? [`closing is final: ${counted(this.closings, 'line closes', 'lines close')} a listing`]
        : []),
      ...(this.refused > 0 ? [`${counted(this.refused, 'line', 'lines')} cannot be carried out, and will fail`] : []),
      ...(this.unseen > 0
        ? [`${counted(this.unseen, 'listing', 'listings')} could not be read just now; tried again when it is sent`]
        : []),
    ]
  }
}

const longestTitle = 24

export function counted(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`
}

function exampleOf(row: PushRow, {state, ...change}: Change): string {
  const title = state.title === null ? '' : ` (${shortened(state.title)})`
  return `line ${row.line}: ${listingName(row)} ${changeLines(change, state.currency_id).join(', ')}${title}`
}

/** Shortens a title so that a line of the confirmation usually fits the screen. */
function shortened(title: string): string {
  const letters = [...title]
  return letters.length > longestTitle ? `${letters.slice(0, longestTitle - 1).join('')}…` : title
}

export interface CompareDeps {
  pushes: PushStore
  resolver: LineResolver
  stocks: SharedStocks
  clock: Clock
  onProgress?: ((done: number) => void) | undefined
}

/** Compares every waiting line with the service. A line that needs no request gets its outcome here. */
export async function compareLines(
  {pushes, resolver, stocks, clock, onProgress}: CompareDeps,
  pushId: string,
): Promise<{difference: DifferenceSummary; bad: BadLine[]}> {
  const difference = new DifferenceSummary()
  const bad: BadLine[] = []
  for (let after = 0, done = 0; ; ) {
    const rows = await pushes.waiting(pushId, {after, limit: chunkSize})
    const last = rows.at(-1)
    if (last === undefined) break
    after = last.line
    const resolved = await resolver.resolve(rows)
    for (const each of resolved) {
      const fault = invalidReason(each) ?? stocks.conflict(each.line, each.userProductId)
      if (fault === undefined) difference.add(each)
      else bad.push({line: each.line.line, message: fault})
    }
    const ends = resolved.map((each) => outcomeOf(each, clock.now()))
    await pushes.recordOutcomes(pushId, ends)
    for (const [at, {line}] of resolved.entries()) stocks.recordRow({...line, ...ends[at]})
    done += rows.length
    onProgress?.(done)
  }
  for (const {line, first, ...named} of await pushes.conflicts(pushId)) {
    bad.push({line, message: conflictWith(first, named)})
  }
  return {difference, bad: bad.sort((a, b) => a.line - b.line)}
}

export function conflictWith(first: number, named: Pick<PushLine, 'itemId' | 'variationId'>): string {
  const what = `for ${listingName(named)}: variations of one item share both`
  return `${sameListingAs(first)}, or that line asks for another price or status than this one ${what}`
}

function listingName({itemId, variationId}: Pick<PushLine, 'itemId' | 'variationId'>): string {
  return variationId === null ? (itemId ?? '') : `${itemId} variation ${variationId}`
}

/** Why the line itself is invalid, if it is. */
export function invalidReason({verdict}: ResolvedLine<PushLine>): string | undefined {
  return verdict.kind === 'failed' && verdict.isLineInvalid ? verdict.message : undefined
}

function outcomeOf({line: row, verdict, userProductId}: ResolvedLine<PushRow>, at: Date): RowOutcome {
  const owned = ownedBy(userProductId)
  if (verdict.kind === 'change') return stillWaiting(row, {...verdict.before, ...owned})
  const asItWas = stillWaiting(row, row.before)
  // An invalid line is checked again when the push is resumed.
  if (verdict.kind === 'unseen' || (verdict.kind === 'failed' && verdict.isLineInvalid)) return asItWas
  if (verdict.kind === 'failed') return failed(row, {error: verdict, at})
  if (verdict.kind === 'sent')
    return {...asItWas, state: 'done', before: {...verdict.before, ...owned, ...row.before}, finishedAt: at}
  // It differed in an earlier comparison, so it was sent, and the answer was lost with the process.
  return {...asItWas, state: row.before === null ? 'unchanged' : 'done', finishedAt: at}
}

/** The row with the values before the change, when its item could not be read during the comparison; else unchanged. */
export function withBeforeNow(row: PushRow, state: ItemState, seller: SellerTraits): PushRow {
  const verdict = row.before === null ? compareLine(state, row, seller) : undefined
  if (verdict?.kind !== 'change') return row
  return {...row, before: {...verdict.before, ...ownedBy(ownerOf(state, row.variationId))}}
}
