import {MeliError} from '../../core/errors.js'
import {isSameAmount} from '../../records/amount.js'
import type {ItemState, WriteLog, WriteRecord, WriteValues} from '../ports/index.js'
import {type DryRunResult, plannedView} from './dry-run.js'
import type {WriteChoice, WriteGuard} from './guard.js'
import {entryOfOtherAccount, unknownEntry} from './history.js'
import {confirmChange} from './selling/change-item.js'
import type {ChangePlan, ChangeResult, ItemChanges} from './selling/item-changes.js'
import {stockName, variationIn} from './selling/step-values.js'
import type {Wanted} from './selling/wanted.js'
import {pricesOf} from './selling/wanted.js'

export interface UndoRequest {
  choice: WriteChoice
  /** Number of the entry in the log. */
  id: number
  /** Undoes the write even if the item was changed since. */
  force: boolean
  dryRun: boolean
}

export interface UndoResult extends ChangeResult {
  /** The entry that was taken back. */
  undoes: number
}

export interface UndoDeps {
  guard: Pick<WriteGuard, 'open'>
  log: WriteLog
  changes: Pick<ItemChanges, 'apply'>
}

/** Undoes one write of the log by setting the values before it again. */
export class Undo {
  constructor(private readonly deps: UndoDeps) {}

  /**
   * As the account of the entry, unless another is named.
   * MELI_HISTORY_UNKNOWN when there is no such entry, or it is of another account, MELI_WRONG_KIND when it is of the
   * other mode, MELI_NO_INVERSE when it cannot be taken back, MELI_UNDO_OUTDATED when the item is not as the write left it; else as a change of the item.
   */
  async run({choice, id, force, dryRun}: UndoRequest, signal?: AbortSignal): Promise<UndoResult | DryRunResult> {
    const record = await this.deps.log.find(id)
    if (record !== undefined && record.isTestUser !== choice.sandbox)
      throw entryOfOtherAccount(record, 'history undo', 'MELI_WRONG_KIND')
    const account = choice.account ?? (record && String(record.userId))
    const actor = await this.deps.guard.open({...choice, account})
    if (record === undefined) throw unknownEntry(id)
    if (record.userId !== actor.identity.userId) throw entryOfOtherAccount(record, 'history undo')
    const wanted = inverseOf(record)
    const result = await this.deps.changes.apply(actor, record.subject, wanted, {
      command: 'history undo',
      undoes: id,
      dryRun,
      signal,
      confirm: confirmChange(actor, signal),
      ...(!force && {check: (now: ChangePlan) => assertAsLeft(now, record)}),
    })
    return dryRun ? plannedView(result) : {...result, undoes: id}
  }
}

function inverseOf(record: WriteRecord): Wanted {
  const {id, command, action, before, end, undoneBy, variationId} = record
  if (action === 'answer') throw noInverse(id, 'an answer stays given')
  if (action === 'request' && command === 'api')
    throw noInverse(id, 'meli api sent it, and nobody knows what was there before')
  if (action === 'request') throw noInverse(id, 'only changes of stock, price and status can be undone')
  if (undoneBy !== null) throw noInverse(id, `it was already undone by entry ${undoneBy}`)
  if (end?.outcome === 'refused' || end?.outcome === 'failed') throw noInverse(id, `nothing was changed by it`)
  if (record.after?.status === 'closed') throw noInverse(id, 'closing an item is final')
  return {...wantedOf(id, before ?? {}), ...(variationId !== null && {variationId})}
}

function wantedOf(id: number, before: WriteValues): Wanted {
  const {price, available_quantity, place_quantity, place, status} = before
  if (Object.values(before).length === 0 || Object.values(before).includes(null))
    throw noInverse(id, 'the previous value is not known, or differed between variations')
  if (status !== undefined && status !== 'active' && status !== 'paused')
    throw noInverse(id, `the status before it was ${status}, which nobody can set`)
  const quantity = place_quantity ?? available_quantity
  const quantities = quantitiesIn(before)
  return {
    ...(typeof price === 'string' && {price}),
    ...(typeof quantity === 'number' && {quantity}),
    ...(quantities.size > 0 && {quantities}),
    ...(typeof place === 'string' && {place}),
    ...(status !== undefined && {status}),
  }
}

/** The values of several variations that one request changed. */
function quantitiesIn(values: WriteValues): Map<number, number> {
  return new Map(
    Object.entries(values).flatMap(([name, value]) => {
      const id = variationIn(name)
      return id === undefined || typeof value !== 'number' ? [] : [[id, value] as const]
    }),
  )
}

/** Going back must not undo what others did since, least of all a sale. */
function assertAsLeft({state, before}: {state: ItemState; before: WriteValues}, {id, after, variationId}: WriteRecord) {
  const part = state.variations.find((each) => each.id === variationId) ?? state
  const now: WriteValues = {
    ...stocksNow(state, after ?? {}),
    ...{price: priceOf(state, after?.price), available_quantity: part.available_quantity, status: state.status},
    // Stock of one location is read beside the item.
    place_quantity: before.place_quantity ?? null,
  }
  const left = Object.entries(after ?? {}).filter(([name]) => name !== 'place')
  const others = left.filter(([name, value]) => {
    const present = now[name] ?? null
    return name === 'price' ? !isSameAmount(String(value), String(present)) : value !== present
  })
  if (others.length === 0) return
  const words = others.map(
    ([name, value]) => `${spoken(name)} was left at ${value} and is ${now[name] ?? 'not known'} now`,
  )
  throw new MeliError('MELI_UNDO_OUTDATED', `${state.id} was changed after entry ${id}: ${words.join('; ')}`, {
    try: [`look at its history first: meli history --item ${state.id}`, 'add --force to undo it anyway'],
    details: {item_id: state.id, left: Object.fromEntries(left), now},
  })
}

/** The stock of each variation that the write changed beside others. */
function stocksNow({variations}: ItemState, left: WriteValues): WriteValues {
  const there = variations.map(({id, available_quantity}) => [stockName(id), available_quantity] as const)
  return Object.fromEntries(there.filter(([name]) => left[name] !== undefined))
}

/** A price that the write did not leave, for an item whose variations have several. */
function priceOf(state: ItemState, left: WriteValues[string] | undefined): string | null {
  const prices = pricesOf(state)
  return prices.find((each) => !isSameAmount(each, String(left))) ?? prices[0] ?? null
}

function spoken(name: string): string {
  const variation = variationIn(name)
  if (variation !== undefined) return `stock of variation ${variation}`
  return name === 'available_quantity' || name === 'place_quantity' ? 'stock' : name
}

function noInverse(id: number, why: string): MeliError {
  return new MeliError('MELI_NO_INVERSE', `entry ${id} cannot be undone: ${why}`, {
    try: [`see what it did: meli history show ${id}`],
  })
}
