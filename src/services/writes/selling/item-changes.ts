import {isMeliError, type MeliError} from '../../../core/errors.js'
import type {
  Clock,
  Identity,
  ItemState,
  LocalStock,
  MercadoLibre,
  RecordPatch,
  SellingApi,
  SyncedProduct,
  UserProductStock,
  WriteAction,
  WriteApi,
  WriteRequest,
  WriteValues,
} from '../../ports/index.js'
import {type DryRunRequest, dryRunView} from '../dry-run.js'
import {outcomeOfError, statusOf, type Writer} from '../writer.js'
import {type AcceptedAnswer, readAnswer, refusalAfter, uncertain, unread, waitBefore} from './answers.js'
import {planChange} from './plan.js'
import {explainRefusal, leadsToLocations, notYours, refusalError} from './refusals.js'
import {beforeOf, onlyVariation, valuesOf, valuesWanted} from './step-values.js'
import {stockChange} from './stock-route.js'
import type {PlannedStep, Wanted} from './wanted.js'

/**
 * What became of one item. Values under the service's names: `price` as exact text, `available_quantity`, `status`; the stock
 * of several variations each under `available_quantity.ID`.
 */
export interface ChangeResult {
  user_id: number
  nickname: string
  item_id: string
  title: string | null
  currency_id: string | null
  variation_id: number | null
  /** Of what was to change, when it was last read before it was sent. */
  before: WriteValues
  after: WriteValues
  /** False when it was so already, and of a dry run. */
  changed: boolean
  /** What makes it so, in this order. */
  requests: DryRunRequest[]
  /** How often changes were sent, those that were refused included. */
  attempts: number
  /** Entries of the log of writes: `meli history show ID`. */
  write_ids: number[]
  /** What follows from the change. */
  notes: string[]
  /** What went otherwise than one would expect. */
  warnings: string[]
}

/** What somebody is asked before it is done. */
export interface ChangePlan {
  state: ItemState
  before: WriteValues
  after: WriteValues
  notes: readonly string[]
}

/** In whose name; an `Actor` of the guard is one. */
export interface Seller {
  identity: Pick<Identity, 'userId' | 'nickname' | 'isTestUser' | 'tags' | 'siteId'>
  session: {api: SellingApi & WriteApi & Pick<MercadoLibre, 'items'>}
}

export interface ChangeOptions {
  /** As the log keeps it: `stock set`. */
  command: string
  /** Nothing is sent; `requests` of the result tells what would be. */
  dryRun?: boolean
  signal?: AbortSignal | undefined
  /** The write that is taken back. */
  undoes?: number
  pushId?: string
  /** The item as it was read a moment ago, which spares a request. */
  state?: ItemState
  /** Called once, before the first request that changes something; fails when it is not to be. */
  confirm?: (plan: ChangePlan) => Promise<void>
  /** Called with each reading that still has something to change; fails when that is not to be. */
  check?: (now: Pick<ChangePlan, 'state' | 'before'>) => void
  /** False: the caller brings the local catalogue in step, many at a time. */
  refresh?: boolean
}

export interface ItemChangesDeps {
  writer: Pick<Writer, 'send'>
  clock: Pick<Clock, 'now' | 'sleep'>
  localStock: Pick<LocalStock, 'save'>
  localItems: Pick<LocalItems, 'refresh'>
  /** From 0 to less than 1. */
  random: () => number
}

/** Makes items as they are wanted. */
export class ItemChanges {
  constructor(private readonly deps: ItemChangesDeps) {}

  /**
   * Reads the item, sends what is not so yet, and reads and sends again after a conflict or a lost answer. MELI_CHANGE_REFUSED
   * and the MELI_VARIATION_ codes name the rule that is against it, in `details.rule` too; MELI_ITEM_BUSY after the last
   * conflict; after an answer that was lost for good, its error with `details.outcome` `unknown`.
   */
  async apply(seller: Seller, id: string, wanted: Wanted, options: ChangeOptions): Promise<ChangeResult> {
    const result = await new Change(this.deps, seller, {id, wanted, options}).run()
    if (result.changed && options.refresh !== false) await this.refresh(seller, result, options.signal)
    return result
  }

  /** What was done is done: that the local copy lags behind is no more than a remark. */
  private async refresh({session, identity}: Seller, result: ChangeResult, signal: AbortSignal | undefined) {
    const lagging = 'the local catalogue could not be brought in step; the next sync does it'
    try {
      const owner = {api: session.api, userId: identity.userId}
      const {failed} = await this.deps.localItems.refresh(owner, [result.item_id], signal)
      if (failed > 0) result.warnings.push(lagging)
    } catch (error) {
      if (!isMeliError(error)) throw error
      result.warnings.push(`${lagging} (${error.code})`)
    }
  }
}

/** A request that is ready to be sent. */
interface Step {
  action: WriteAction
  variationId: number | null
  request: WriteRequest
  before: WriteValues
  after: WriteValues
  /** As the places will be after it. */
  stock?: UserProductStock
}

/** What there is, and what is left to do about it. */
interface Reading {
  state: ItemState
  steps: Step[]
  notes: readonly string[]
}

type Task = {id: string; wanted: Wanted; options: ChangeOptions}

/** What was read so long ago is read again before anything is sent. */
const freshMs = 2000
/** How long a value that was just set may lag behind, before it counts as not taken. */
const lagMs = 2000

/** One change of one item, from the first reading to the last answer. */
class Change {
  private tries = 0
  /** Those of them that were carried out. */
  private readonly done: Step[] = []
  private readonly writeIds: number[] = []
  private readonly warnings: string[] = []
  /** What is left to do by location, since the item itself does not take its stock. */
  private readByLocation: Reading | undefined

  constructor(
    private readonly deps: Omit<ItemChangesDeps, 'localItems'>,
    private readonly seller: Seller,
    private readonly task: Task,
  ) {}

  async run(): Promise<ChangeResult> {
    const {dryRun, confirm, state} = this.task.options
    const first = await this.read(state)
    if (first.steps.length === 0 || dryRun === true) return this.result(first)
    const askedAt = this.deps.clock.now().getTime()
    await confirm?.({...first, ...valuesOf(first.steps)})
    // While somebody thought it over it may have been sold from, or been given a variation.
    const isFresh = this.deps.clock.now().getTime() - askedAt < freshMs
    const look = isFresh ? first : await this.read()
    await this.carryOut(look)
    return this.result(this.readByLocation ?? look)
  }

  private async carryOut(first: Reading): Promise<void> {
    for (let look = first, rounds = 1; look.steps.length > 0; rounds++) {
      const error = await this.sendAll(look)
      if (error === undefined) return
      look = await this.readAgain(error, look, rounds)
      if (look.steps.length === 0 && outcomeOfError(error) === 'unknown')
        this.warnings.push('an answer of Mercado Libre was lost; the item was read again, and is as wanted')
    }
  }

  /** What went wrong, if anything, that another look may mend. */
  private async sendAll({state, steps}: Reading): Promise<MeliError | undefined> {
    for (const step of steps) {
      try {
        await this.send(step, state)
      } catch (error) {
        // Left out in silence: asking again would change nothing.
        // A log that cannot be written is no doubt about the change, and nothing is to be sent without it.
        if (!isMeliError(error) || error.code === 'MELI_CHANGE_REFUSED' || error.family === 'config') throw error
        return error
      }
    }
    return undefined
  }

  private async send(step: Step, state: ItemState): Promise<void> {
    const {action, variationId, request, before, after, stock} = step
    const {writer, localStock, clock} = this.deps
    const {command, undoes, pushId, signal} = this.task.options
    const about = {
      command,
      subject: state.id,
      ...(undoes !== undefined && {undoes}),
      ...(pushId !== undefined && {pushId}),
    }
    signal?.throwIfAborted()
    this.tries += 1
    const answer = await writer.send(this.seller, {...about, action, variationId, request, before, after}, signal)
    this.writeIds.push(answer.writeId)
    this.done.push(step)
    const taken = readAnswer(answer, step)
    this.warnings.push(...taken.warnings)
    const refusal = taken.isDoubtful ? await this.refusalBehind(taken, step, state) : undefined
    if (refusal !== undefined) throw refusal
    if (stock !== undefined) await localStock.save(this.seller.identity.userId, stock, clock.now())
  }

  /** The answer may lag behind, and so may the next reading: nothing is said to be refused before the item was read again. */
  private async refusalBehind(
    {warnings}: AcceptedAnswer,
    step: Step,
    state: ItemState,
  ): Promise<MeliError | undefined> {
    const {signal} = this.task.options
    const read = async () => {
      const now = await this.seller.session.api.item(state.id, signal).catch((error: unknown) => {
        throw unread(error, state.id)
      })
      return refusalAfter(now, step, warnings)
    }
    const refusal = await read()
    if (refusal === undefined || warnings.length > 0) return refusal
    await this.deps.clock.sleep(lagMs, signal)
    return read()
  }

  /** After a pause. Fails with what went wrong where another look is of no use. */
  private async readAgain(error: MeliError, before: Reading, rounds: number): Promise<Reading> {
    const {id, options} = this.task
    const writeId = error.details?.write_id
    if (typeof writeId === 'number') this.writeIds.push(writeId)
    if (this.readByLocation === undefined && leadsToLocations(error) && hasUserProduct(before.state)) {
      this.readByLocation = before
      this.readByLocation = await this.read()
      return this.readByLocation
    }
    const waitMs = waitBefore(error, rounds, this.deps.random)
    if (waitMs === undefined) throw uncertain(await this.explained(error, before.state), id)
    await this.deps.clock.sleep(waitMs, options.signal)
    try {
      return await this.read()
    } catch (failure) {
      if (isMeliError(failure, 'MELI_RATE_LIMITED') && outcomeOfError(error) !== 'unknown')
        return this.readAgain(failure, before, rounds + 1)
      // A refusal by now says more than the conflict before it did; what cannot be read says nothing.
      const isUnknown = outcomeOfError(error) === 'unknown' && statusOf(failure) !== null
      throw isUnknown || (isMeliError(failure) && failure.family === 'network') ? uncertain(error, id) : failure
    }
  }

  /** Where the item as it was read does not account for the refusal, somebody may have changed it since. */
  private async explained(error: MeliError, state: ItemState): Promise<unknown> {
    const {id, wanted, options} = this.task
    const explanation = explainRefusal(error, state, wanted)
    if (!isMeliError(explanation) || explanation.details?.rule !== 'not_modifiable') return explanation
    const again = await this.seller.session.api.item(id, options.signal).catch(() => state)
    return explainRefusal(error, again, wanted)
  }

  private async read(known?: ItemState): Promise<Reading> {
    const {session, identity} = this.seller
    const {id, wanted, options} = this.task
    const state = known ?? (await session.api.item(id, options.signal))
    if (state.sellerId !== identity.userId) throw refusalError(notYours(state, identity.nickname), {item_id: id})
    const plan = planChange(state, wanted, {...identity, stockByLocation: this.readByLocation !== undefined})
    if (plan.kind === 'refused') throw refusalError(plan, {item_id: id})
    if (plan.kind === 'unchanged') return {state, steps: [], notes: plan.notes}
    const steps: Step[] = []
    for (const each of plan.steps) steps.push(...(await this.ready(each)))
    // What this change has done itself is nobody else's doing.
    if (steps.length > 0 && this.done.length === 0) options.check?.({state, ...valuesOf(steps)})
    return {state, steps, notes: plan.notes}
  }

  private async ready(step: PlannedStep): Promise<Step[]> {
    const {variationId, before, after} = step
    if (step.kind === 'item') return [{action: step.action, variationId, request: step.request, before, after}]
    const {api} = this.seller.session
    const change = stockChange(await api.userProductStock(step.userProductId, this.task.options.signal), step)
    if (change.kind === 'refused') throw refusalError(change, {item_id: this.task.id})
    return change.kind === 'unchanged' ? [] : [{...change, action: 'stock', variationId}]
  }

  private result({state, steps, notes}: Reading): ChangeResult {
    const {userId, nickname} = this.seller.identity
    const {wanted} = this.task
    return {
      user_id: userId,
      nickname,
      item_id: state.id,
      title: state.title,
      currency_id: state.currencyId,
      variation_id: onlyVariation(steps) ?? wanted.variationId ?? null,
      ...(steps.length === 0
        ? {before: valuesWanted(wanted), after: valuesWanted(wanted)}
        : {...valuesOf(steps), before: beforeOf(steps, this.done)}),
      changed: this.tries > 0,
      requests: dryRunView(steps.map(({request}) => request)).requests,
      attempts: this.tries,
      write_ids: this.writeIds,
      notes: [...notes],
      warnings: this.warnings,
    }
  }
}

function hasUserProduct({userProductId, variations}: ItemState): boolean {
  return userProductId !== null || variations.some((each) => each.userProductId !== null)
}

export interface LocalItemsDeps {
  sink: (userId: number) => Pick<RecordPatch<SyncedProduct>, 'patch'>
  clock: Pick<Clock, 'now'>
}

/** As many as one request fetches. */
const batchSize = 20

/** Brings items that were changed at the service into step in the local catalogue. */
export class LocalItems {
  constructor(private readonly deps: LocalItemsDeps) {}

  /** How many could not be fetched: the next sync brings those. */
  async refresh(
    {api, userId}: {api: Pick<MercadoLibre, 'items'>; userId: number},
    ids: readonly string[],
    signal: AbortSignal = new AbortController().signal,
  ): Promise<{failed: number}> {
    const source = api.items(userId)
    let failed = 0
    for (let start = 0; start < ids.length; start += batchSize) {
      const answers = await source.fetch(ids.slice(start, start + batchSize), signal)
      const records = answers.flatMap((each) => (each.ok ? [each.record] : []))
      failed += answers.length - records.length
      if (records.length > 0) await this.deps.sink(userId).patch(records, this.deps.clock.now())
    }
    return {failed}
  }
}
