import {isMeliError, type MeliError} from '../../../core/errors.js'
import type {ItemState, UserProductStock, WriteAction, WriteRequest, WriteValues} from '../../ports/index.js'
import {dryRunView} from '../dry-run.js'
import {endOf, statusOf} from '../outcome.js'
import type {ChangeOptions, ItemChangesDeps, Seller} from './change-options.js'
import type {ChangeResult} from './change-result.js'
import {asWanted, beforeOf, onlyVariation, valuesOf} from './change-values.js'
import {explainRefusal, leadsToLocations, refusalError} from './explain.js'
import {planChange} from './plan.js'
import {notYours} from './rules.js'
import {stockChange} from './stock-places.js'
import {readTaken, refusalAfter, type Taken} from './taken.js'
import {uncertain, unread, waitBefore} from './try-again.js'
import type {PlannedStep, Wanted} from './wanted.js'

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
interface Look {
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
export class Change {
  private tries = 0
  /** Those of them that were carried out. */
  private readonly done: Step[] = []
  private readonly writeIds: number[] = []
  private readonly warnings: string[] = []
  /** What is left to do by location, since the item itself does not take its stock. */
  private byLocation: Look | undefined

  constructor(
    private readonly deps: Omit<ItemChangesDeps, 'localItems'>,
    private readonly seller: Seller,
    private readonly task: Task,
  ) {}

  async run(): Promise<ChangeResult> {
    const {dryRun, confirm, state} = this.task.options
    const first = await this.look(state)
    if (first.steps.length === 0 || dryRun === true) return this.result(first)
    const askedAt = this.deps.clock.now().getTime()
    await confirm?.({...first, ...valuesOf(first.steps)})
    // While somebody thought it over it may have been sold from, or been given a variation.
    const isFresh = this.deps.clock.now().getTime() - askedAt < freshMs
    const look = isFresh ? first : await this.look()
    await this.carryOut(look)
    return this.result(this.byLocation ?? look)
  }

  private async carryOut(first: Look): Promise<void> {
    for (let look = first, rounds = 1; look.steps.length > 0; rounds++) {
      const error = await this.sendAll(look)
      if (error === undefined) return
      look = await this.lookAgain(error, look, rounds)
      if (look.steps.length === 0 && endOf(error) === 'unknown')
        this.warnings.push('an answer of Mercado Libre was lost; the item was read again, and is as wanted')
    }
  }

  /** What went wrong, if anything, that another look may mend. */
  private async sendAll({state, steps}: Look): Promise<MeliError | undefined> {
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
    const taken = readTaken(answer, step)
    this.warnings.push(...taken.warnings)
    const refusal = taken.isDoubtful ? await this.refusalBehind(taken, step, state) : undefined
    if (refusal !== undefined) throw refusal
    if (stock !== undefined) await localStock.save(this.seller.identity.userId, stock, clock.now())
  }

  /** The answer may lag behind, and so may the next reading: nothing is said to be refused before the item was read again. */
  private async refusalBehind({warnings}: Taken, step: Step, state: ItemState): Promise<MeliError | undefined> {
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
  private async lookAgain(error: MeliError, before: Look, rounds: number): Promise<Look> {
    const {id, options} = this.task
    const writeId = error.details?.write_id
    if (typeof writeId === 'number') this.writeIds.push(writeId)
    if (this.byLocation === undefined && leadsToLocations(error) && hasUserProduct(before.state)) {
      this.byLocation = before
      this.byLocation = await this.look()
      return this.byLocation
    }
    const waitMs = waitBefore(error, rounds, this.deps.random)
    if (waitMs === undefined) throw uncertain(await this.explained(error, before.state), id)
    await this.deps.clock.sleep(waitMs, options.signal)
    try {
      return await this.look()
    } catch (failure) {
      if (isMeliError(failure, 'MELI_RATE_LIMITED') && endOf(error) !== 'unknown')
        return this.lookAgain(failure, before, rounds + 1)
      // A refusal by now says more than the conflict before it did; what cannot be read says nothing.
      const isUnknown = endOf(error) === 'unknown' && statusOf(failure) !== null
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

  private async look(known?: ItemState): Promise<Look> {
    const {session, identity} = this.seller
    const {id, wanted, options} = this.task
    const state = known ?? (await session.api.item(id, options.signal))
    if (state.sellerId !== identity.userId) throw refusalError(notYours(state, identity.nickname), {item_id: id})
    const plan = planChange(state, wanted, {...identity, stockByLocation: this.byLocation !== undefined})
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

  private result({state, steps, notes}: Look): ChangeResult {
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
        ? {before: asWanted(wanted), after: asWanted(wanted)}
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
