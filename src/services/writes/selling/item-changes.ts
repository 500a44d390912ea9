import {isMeliError} from '../../../core/errors.js'
import {Change} from './change.js'
import type {ChangeOptions, ItemChangesDeps, Seller} from './change-options.js'
import type {ChangeResult} from './change-result.js'
import type {Wanted} from './wanted.js'

export type {ChangeOptions, ItemChangesDeps, Seller} from './change-options.js'

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
