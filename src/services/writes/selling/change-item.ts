import {MeliError} from '../../../core/errors.js'
import {changeLines} from '../../../core/format-change.js'
import {assertHasSku, type ItemSearch, serviceItem, variationNamed} from '../../catalogue/named-items.js'
import type {ItemState} from '../../ports/index.js'
import {type DryRunResult, plannedView} from '../dry-run.js'
import type {Actor, WriteChoice, WriteGuard, WritePlan} from '../guard.js'
import type {ChangePlan, ChangeResult, ItemChanges} from './item-changes.js'
import type {Wanted} from './wanted.js'

export interface ChangeRequest {
  choice: WriteChoice
  item: string
  /** The price is as it was typed. */
  wanted: Wanted
  /** Its name in the log of writes, such as `stock set`. */
  command: string
  dryRun: boolean
}

export interface ChangeItemDeps {
  guard: Pick<WriteGuard, 'open'>
  changes: Pick<ItemChanges, 'apply'>
  catalogue: ItemSearch['catalogue']
}

/** Changes one item for one command: guard, confirmation, change. A dry run asks for no confirmation. */
export class ChangeItem {
  constructor(private readonly deps: ChangeItemDeps) {}

  async run(
    {choice, item, wanted, command, dryRun}: ChangeRequest,
    signal?: AbortSignal,
  ): Promise<ChangeResult | DryRunResult> {
    const {price} = wanted
    const exact = {...wanted, ...(price !== undefined && {price: requirePrice(price)})}
    const actor = await this.deps.guard.open(choice)
    const options = {command, dryRun, signal, confirm: confirmChange(actor, signal)}
    const named = await this.resolveItem(actor, item, exact, signal)
    const result = await this.deps.changes.apply(actor, named.id, named.wanted, {...options, ...named.read})
    return dryRun ? plannedView(result) : result
  }

  /** Finds an item named by its SKU and reads it, because the SKU may belong to one of its variations. */
  private async resolveItem(
    {session: {api}, identity: {userId}}: Actor,
    item: string,
    wanted: Wanted,
    signal: AbortSignal | undefined,
  ): Promise<{id: string; wanted: Wanted; read?: {state: ItemState}}> {
    const {id, isLocal} = await serviceItem({api, userId, catalogue: this.deps.catalogue}, item, signal)
    if (id === item) return {id, wanted}
    const state = await api.item(id, signal)
    // The service searches two fields, and the state has only one, so its answer is not checked again.
    if (isLocal) assertHasSku(item, state)
    const variationId = wanted.status === undefined ? variationNamed(item, state) : undefined
    return {id, wanted: {...(variationId !== undefined && {variationId}), ...wanted}, read: {state}}
  }
}

/** Asks for the confirmation of a change. */
export function confirmChange(actor: Actor, signal?: AbortSignal): (plan: ChangePlan) => Promise<void> {
  return (plan) => actor.confirm(questionOf(plan), signal)
}

function questionOf({state, before, after, notes}: ChangePlan): WritePlan {
  const named = state.title === null ? state.id : `${state.id} (${state.title})`
  const values = changeLines({before, after}, state.currency_id)
  return {
    title: `Change ${named}`,
    lines: [...values, ...notes],
    told: values.join(', '),
    severe: after.status === 'closed',
  }
}

/** The number of digits that a JSON number is certain to keep. */
const mostDigits = 15

/**
 * A price as people write it, `19.90` or `19,90`, as exact decimal text with a point. Undefined when it is none: not
 * above 0, more than two decimals, or with thousands marked, where `1.234` could be either.
 */
export function parsePrice(given: string): string | undefined {
  const [, whole, decimals = ''] = /^(\d+)(?:[.,](\d{1,2}))?$/.exec(given.trim()) ?? []
  if (whole === undefined) return undefined
  const units = whole.replace(/^0+(?=\d)/, '')
  const text = decimals === '' ? units : `${units}.${decimals}`
  return units.length + decimals.length <= mostDigits && Number(text) > 0 ? text : undefined
}

/** MELI_USAGE when it is no price. */
export function requirePrice(given: string): string {
  const amount = parsePrice(given)
  if (amount !== undefined) return amount
  throw new MeliError('MELI_USAGE', `${given} is no price such as 1499.90`, {
    try: ['write it without a currency and without thousands separators: 1499.90 or 1499,90'],
  })
}
