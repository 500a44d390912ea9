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
 * The outcome of a change of one item, with values under the service's names: `price` as exact text, `available_quantity`, `status`; the stock
 * of several variations each under `available_quantity.ID`.
 */
export interface ChangeResult {
  user_id: number
  nickname: string
  item_id: string
  title: string | null
  currency_id: string | null
  variation_id: number | null
  /** The values that change, as they were last read before the change. */
  before: WriteValues
  after: WriteValues
  /** False when it was so already, and of a dry run. */
  changed: boolean
  /** The requests of the change, in order. */
  requests: DryRunRequest[]
  /** How often changes were sent, those that were refused included. */
  attempts: number
  /** Entries of the log of writes: `meli history show ID`. */
  write_ids: number[]
  /** Consequences of the change. */
  notes: string[]
  /** Unexpected events. */
  warnings: string[]
}

/** The change that is about to be made. */
export interface ChangePlan {
  state: ItemState
  before: WriteValues
  after: WriteValues
  notes: readonly string[]
}

/** The account that changes its items; an `Actor` of the guard is one. */
export interface Seller {
  identity: Pick<Identity, 'userId' | 'nickname' | 'isTestUser' | 'tags' | 'siteId'>
  session: {api: SellingApi & WriteApi & Pick<MercadoLibre, 'items'>}
}

export interface ChangeOptions {
  /** Its name in the log of writes, such as `stock set`. */
  command: string
  /** Sends nothing; `requests` of the result has what a real run would send. */
  dryRun?: boolean
  signal?: AbortSignal | undefined
  /** The write that this change undoes. */
  undoes?: number
  pushId?: string
  /** The item, if it was just read, which saves a request. */
  state?: ItemState
  /** Called once before the first request that changes something. It throws to prevent the change. */
  confirm?: (plan: ChangePlan) => Promise<void>
  /** Called after each reading that leaves something to change. It throws to prevent the change. */
  check?: (now: ChangePlan) => void
  /** False when the caller updates the local catalogue itself, many items at a time. */
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

/** Changes prices, stock and statuses of items. */
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

  /** A failure here is only a warning, because the change itself was made. */
  private async refresh({session, identity}: Seller, result: ChangeResult, signal: AbortSignal | undefined) {
    const lagging = 'the local catalogue could not be updated; the next sync does it'
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

/** A request that is ready to send. */
interface Step {
  action: WriteAction
  variationId: number | null
  request: WriteRequest
  before: WriteValues
  after: WriteValues
  /** The stock by location after the request. */
  stock?: UserProductStock
}

/** The item as it was read, and the requests that are still needed. */
interface Reading {
  state: ItemState
  steps: Step[]
  notes: readonly string[]
}

type Task = {id: string; wanted: Wanted; options: ChangeOptions}

/** After a longer confirmation the item is read again before anything is sent. */
const freshMs = 2000
/** How long an answer may show the value of before a change, until the change counts as ignored. */
const lagMs = 2000

/** One change of one item, from the first reading to the last answer. */
class Change {
  private tries = 0
  /** The requests that succeeded. */
  private readonly done: Step[] = []
  private readonly writeIds: number[] = []
  private readonly warnings: string[] = []
  /** The reading by location, once the item itself has refused its stock. */
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
    // During the confirmation stock may have been sold, or a variation added.
    const isFresh = this.deps.clock.now().getTime() - askedAt < freshMs
    const reading = isFresh ? first : await this.read()
    await this.carryOut(reading)
    return this.result(this.readByLocation ?? reading)
  }

  private async carryOut(first: Reading): Promise<void> {
    for (let reading = first, rounds = 1; reading.steps.length > 0; rounds++) {
      const error = await this.sendAll(reading)
      if (error === undefined) return
      reading = await this.readAgain(error, reading, rounds)
      if (reading.steps.length === 0 && outcomeOfError(error) === 'unknown')
        this.warnings.push('an answer of Mercado Libre was lost; the item was read again and is as requested')
    }
  }

  /** Returns the error, if there was one, that reading the item again may resolve. */
  private async sendAll({state, steps}: Reading): Promise<MeliError | undefined> {
    for (const step of steps) {
      try {
        await this.send(step, state)
      } catch (error) {
        // Sending again is no use after a refusal, and not allowed while the log cannot be written.
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

  /** The answer and the next reading may both lag behind, so the item is read again before a change counts as refused. */
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

  /** Reads the item again after a pause. Throws the error when reading again is of no use. */
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
      // A refusal explains more than the conflict before it; a failed reading explains nothing.
      const isUnknown = outcomeOfError(error) === 'unknown' && statusOf(failure) !== null
      throw isUnknown || (isMeliError(failure) && failure.family === 'network') ? uncertain(error, id) : failure
    }
  }

  /** When the item as it was read does not explain the refusal, it may have changed since, and is read again. */
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
    if (state.seller_id !== identity.userId) throw refusalError(notYours(state, identity.nickname), {item_id: id})
    const plan = planChange(state, wanted, {...identity, stockByLocation: this.readByLocation !== undefined})
    if (plan.kind === 'refused') throw refusalError(plan, {item_id: id})
    if (plan.kind === 'unchanged') return {state, steps: [], notes: plan.notes}
    const steps: Step[] = []
    for (const each of plan.steps) steps.push(...(await this.ready(each)))
    // After the first request the item differs because of this change.
    if (steps.length > 0 && this.done.length === 0) options.check?.({state, notes: plan.notes, ...valuesOf(steps)})
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
      currency_id: state.currency_id,
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

function hasUserProduct({user_product_id, variations}: ItemState): boolean {
  return user_product_id !== null || variations.some((each) => each.user_product_id !== null)
}

export interface LocalItemsDeps {
  sink: (userId: number) => RecordPatch<SyncedProduct>
  clock: Clock
}

/** The most items that one request fetches. */
const batchSize = 20

/** Updates the local catalogue with items that were changed at the service. */
export class LocalItems {
  constructor(private readonly deps: LocalItemsDeps) {}

  /** Returns how many could not be fetched; the next sync fetches those. */
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
