import {MeliError} from '../../../core/errors.js'
import {type CatalogueChoice, flagsOf} from '../../catalogue/choose.js'
import type {Freshness} from '../../catalogue/freshness.js'
import {assertStatus} from '../../catalogue/known-status.js'
import {collected, type LocalReadingDeps, type LocalStream, mapped, openLocal} from '../../catalogue/local-reading.js'
import type {LocalOrders, LocalShipments, ShipmentQuery} from '../../ports/index.js'
import {aKind, type Sale, SaleIds, type SaleKind} from '../sale-ids.js'
import {shipmentStatuses} from './shipment-statuses.js'
import {type ShipmentView, shipmentView} from './shipment-view.js'

export type ShipmentsQuery = CatalogueChoice & Omit<ShipmentQuery, 'userId'>

export interface ShipmentList extends Freshness {
  user_id: number
  shipments: ShipmentView[]
  /** Of all that fit, whatever the limit. */
  total: number
}

export interface ShipmentPage extends Freshness {
  user_id: number
  /** What the number that was asked for stands for. */
  asked: {id: string; kind: SaleKind}
  shipment: ShipmentView
  /** Local orders that it carries. */
  order_ids: string[]
}

export interface ShipmentsDeps extends LocalReadingDeps {
  shipments: LocalShipments
  orders: Pick<LocalOrders, 'orders' | 'find' | 'findPack'>
}

const resource = 'shipments'
/** A pack of the service has far fewer. */
const mostOrders = 100

/** Reads what syncs and notifications brought here. Offline: it needs no token. */
export class Shipments {
  constructor(private readonly deps: ShipmentsDeps) {}

  async list({account, sandbox, site, ...filter}: ShipmentsQuery): Promise<ShipmentList> {
    const {userId, freshness} = await this.open({account, sandbox, site}, filter.status)
    const wanted = {userId, ...filter}
    const shipments = await collected(this.deps.shipments.shipments(wanted), shipmentView)
    const {limit: _limit, ...all} = wanted
    return {user_id: userId, shipments, total: await this.deps.shipments.count(all), ...freshness}
  }

  async stream({account, sandbox, site, ...filter}: ShipmentsQuery): Promise<LocalStream<ShipmentView>> {
    const {userId, freshness} = await this.open({account, sandbox, site}, filter.status)
    return {freshness, rows: mapped(this.deps.shipments.shipments({userId, ...filter}), shipmentView)}
  }

  /** MELI_SHIPMENT_UNKNOWN when it was never brought here. */
  async show(choice: CatalogueChoice, id: string): Promise<ShipmentPage> {
    const {userId, freshness} = await openLocal(this.deps, resource, choice)
    const sale = await new SaleIds(this.deps).local(userId, id, 'shipment')
    const {kind = 'shipment', shipmentId = id} = sale ?? {}
    const shipment = shipmentId === null ? undefined : await this.deps.shipments.find(userId, shipmentId)
    if (shipment === undefined) throw unknownShipment({id, kind, shipmentId}, choice)
    const carried = this.deps.orders.orders({userId, shipmentId: shipment.id, limit: mostOrders})
    const order_ids = await collected(carried, (order) => order.id)
    return {user_id: userId, asked: {id, kind}, shipment: shipmentView(shipment), order_ids, ...freshness}
  }

  private async open(choice: CatalogueChoice, status: string | undefined) {
    const opened = await openLocal(this.deps, resource, choice)
    const {userId} = opened
    const isHere = async (given: string) => (await this.deps.shipments.count({userId, status: given})) > 0
    await assertStatus({noun: 'shipment', status, known: shipmentStatuses}, isHere)
    return opened
  }
}

function unknownShipment({id, kind, shipmentId}: Omit<Sale, 'orderIds'>, choice: CatalogueChoice): MeliError {
  const mode = flagsOf(choice)
  if (shipmentId === null) return withoutShipment({id, kind}, choice)
  const what = kind === 'shipment' ? `${id} is not` : `${id} is ${aKind(kind)}, and its shipment ${shipmentId} is not`
  return new MeliError('MELI_SHIPMENT_UNKNOWN', `${what} among the local shipments of this account`, {
    try: [
      `fetch it from Mercado Libre: meli shipments show ${id} --refresh${mode}`,
      `sync the shipments: meli sync shipments${mode}`,
    ],
  })
}

function withoutShipment({id, kind}: Pick<Sale, 'id' | 'kind'>, choice: CatalogueChoice): MeliError {
  return new MeliError('MELI_SHIPMENT_UNKNOWN', `${id} is ${aKind(kind)} that no shipment is known for`, {
    try: [`check whether it has one by now: meli orders show ${id} --refresh${flagsOf(choice)}`],
  })
}
