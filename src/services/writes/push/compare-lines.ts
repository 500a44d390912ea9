import {changeLines} from '../../../core/format-change.js'
import type {Clock, ItemState, PushLine, PushRow, PushStore} from '../../ports/index.js'
import type {SellerTraits} from '../selling/wanted.js'
import {ownedBy, ownerOf, type SharedStocks} from './already-set.js'
import {refused, type Settled, waiting} from './outcomes.js'
import {doubleOf} from './push-file.js'
import type {BadLine} from './push-line.js'
import {compared, type Looked, type Looker, type Verdict} from './resolve-lines.js'

/** Lines in memory at once. */
export const chunkSize = 80
/** Changes that are shown before they are made. */
const mostShown = 10

type Change = Extract<Verdict, {kind: 'change'}>

/** What a push would do, in figures and in its first lines. */
export class Difference {
  changes = 0
  refused = 0
  unseen = 0
  closings = 0
  private readonly fields = new Map<string, number>()
  readonly examples: string[] = []

  add({line, verdict}: Looked<PushRow>): void {
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

  /** For who is asked whether it is to be. */
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
  return `line ${row.line}: ${listingName(row)} ${changeLines(change, state.currencyId).join(', ')}${title}`
}

/** So that a line of the question is most often one on the screen. */
function shortened(title: string): string {
  const letters = [...title]
  return letters.length > longestTitle ? `${letters.slice(0, longestTitle - 1).join('')}…` : title
}

export interface ComparingParts {
  pushes: PushStore
  looker: Looker
  stocks: SharedStocks
  clock: Pick<Clock, 'now'>
  onProgress?: ((done: number) => void) | undefined
}

/** Holds every line that waits against what the service has; what there is nothing to send for is settled. */
export async function compare(
  {pushes, looker, stocks, clock, onProgress}: ComparingParts,
  pushId: string,
): Promise<{difference: Difference; bad: BadLine[]}> {
  const [difference, bad]: [Difference, BadLine[]] = [new Difference(), []]
  for (let after = 0, done = 0; ; ) {
    const rows = await pushes.waiting(pushId, {after, limit: chunkSize})
    const last = rows.at(-1)
    if (last === undefined) break
    after = last.line
    const looked = await looker.look(rows)
    for (const each of looked) {
      const fault = faultOf(each) ?? stocks.contradiction(each.line, each.userProductId)
      if (fault === undefined) difference.add(each)
      else bad.push({line: each.line.line, message: fault})
    }
    const ends = looked.map((each) => settled(each, clock.now()))
    await pushes.settle(pushId, ends)
    for (const [at, {line}] of looked.entries()) stocks.noteRow({...line, ...ends[at]})
    done += rows.length
    onProgress?.(done)
  }
  for (const {line, first, ...named} of await pushes.doubles(pushId)) {
    bad.push({line, message: contradictionOf(first, named)})
  }
  return {difference, bad: bad.sort((a, b) => a.line - b.line)}
}

export function contradictionOf(first: number, named: Pick<PushLine, 'itemId' | 'variationId'>): string {
  const what = `for ${listingName(named)}: variations of one item share both`
  return `${doubleOf(first)}, or that line asks for another price or status than this one ${what}`
}

/** The ids of what a line is about. */
function listingName({itemId, variationId}: Pick<PushLine, 'itemId' | 'variationId'>): string {
  return variationId === null ? (itemId ?? '') : `${itemId} variation ${variationId}`
}

/** What is wrong with the line itself. */
export function faultOf({verdict}: Looked<PushLine>): string | undefined {
  return verdict.kind === 'failed' && verdict.ofLine ? verdict.message : undefined
}

function settled({line: row, verdict, userProductId}: Looked<PushRow>, at: Date): Settled {
  const owned = ownedBy(userProductId)
  if (verdict.kind === 'change') return waiting(row, {...verdict.before, ...owned})
  const asItWas = waiting(row, row.before)
  // A line that is at fault is judged anew by whoever goes on with this push.
  if (verdict.kind === 'unseen' || (verdict.kind === 'failed' && verdict.ofLine)) return asItWas
  if (verdict.kind === 'failed') return refused(row, {error: verdict, at})
  if (verdict.kind === 'sent')
    return {...asItWas, state: 'done', before: {...verdict.before, ...owned, ...row.before}, finishedAt: at}
  // It differed when it was looked at before: then it was sent, and the answer was lost with the process.
  return {...asItWas, state: row.before === null ? 'unchanged' : 'done', finishedAt: at}
}

/** A row that could not be read when all was compared, and can be now; any other as it is. */
export function seenNow(row: PushRow, state: ItemState, seller: SellerTraits): PushRow {
  const verdict = row.before === null ? compared(state, row, seller) : undefined
  if (verdict?.kind !== 'change') return row
  return {...row, before: {...verdict.before, ...ownedBy(ownerOf(state, row.variationId))}}
}
