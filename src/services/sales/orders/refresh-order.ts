import {isMeliError} from '../../../core/errors.js'
import type {Clock, LocalOrders, Order, OrderApi, RecordPatch} from '../../ports/index.js'

export interface RefreshOrderDeps {
  sink: (userId: number) => RecordPatch<Order>
  orders: Pick<LocalOrders, 'savePacks'>
  clock: Pick<Clock, 'now'>
}

type Api = Pick<OrderApi, 'order' | 'pack'>

/** Reads one order from the service, its pack too, and keeps them. MELI_NOT_FOUND, or MELI_FORBIDDEN for those of others. */
export class RefreshOrder {
  constructor(private readonly deps: RefreshOrderDeps) {}

  async run({api, userId}: {api: Api; userId: number}, id: string, signal?: AbortSignal): Promise<void> {
    const {sink, clock} = this.deps
    const order = await api.order(userId, id, signal)
    const at = clock.now()
    await sink(userId).patch([order], at)
    if (order.pack_id !== null) await this.pack(api, {userId, packId: order.pack_id, at}, signal)
  }

  private async pack(
    api: Api,
    {userId, packId, at}: {userId: number; packId: string; at: Date},
    signal: AbortSignal | undefined,
  ): Promise<void> {
    try {
      await this.deps.orders.savePacks([await api.pack(userId, packId, signal)], at)
    } catch (error) {
      // The order is known without it.
      if (!isMeliError(error) || error.family !== 'api') throw error
    }
  }
}
