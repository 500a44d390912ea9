import {MeliError} from '../../../core/errors.js'
import type {Clock, LocalOrders, RecordPatch, Shipment, ShipmentApi} from '../../ports/index.js'

export interface RefreshShipmentDeps {
  sink: (userId: number) => RecordPatch<Shipment>
  orders: Pick<LocalOrders, 'count'>
  clock: Pick<Clock, 'now'>
}

type Api = Pick<ShipmentApi, 'shipment' | 'shipmentOrders'>

/**
 * Reads one shipment from the service, and keeps it. MELI_NOT_FOUND when there is none, MELI_FORBIDDEN or MELI_WRONG_ACCOUNT
 * when it is another seller's, MELI_ANSWER_UNUSABLE when nobody says whose it is: then nothing is kept.
 */
export class RefreshShipment {
  constructor(private readonly deps: RefreshShipmentDeps) {}

  async run({api, userId}: {api: Api; userId: number}, id: string, signal: AbortSignal): Promise<void> {
    const shipment = await api.shipment(userId, id, signal)
    await this.assertOurs(api, userId, id, signal)
    await this.deps.sink(userId).patch([shipment], this.deps.clock.now())
  }

  /** A buyer may read their shipments too, and an account may buy as well as sell. */
  private async assertOurs(api: Api, userId: number, id: string, signal: AbortSignal): Promise<void> {
    if ((await this.deps.sink(userId).known([id])).has(id)) return
    if ((await this.deps.orders.count({userId, shipmentId: id, limit: 1})) > 0) return
    const {sellers} = await api.shipmentOrders(id, signal)
    if (sellers.includes(userId)) return
    if (sellers.length > 0) throw foreign(id)
    throw new MeliError('MELI_ANSWER_UNUSABLE', `Mercado Libre does not say yet whose shipment ${id} is`, {
      try: ['try again in a minute: it is not linked to its order yet'],
    })
  }
}

function foreign(id: string): MeliError {
  return new MeliError('MELI_WRONG_ACCOUNT', `shipment ${id} belongs to another seller`, {
    try: ['act as its seller: --account, or see meli auth status'],
  })
}
