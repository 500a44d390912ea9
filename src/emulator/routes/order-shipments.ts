import {notFound} from '../model/api-error.js'
import type {Order} from '../model/orders/order.js'
import type {Shipment} from '../model/shipments/shipment.js'
import type {World} from '../model/world.js'
import type {Query} from './query.js'
import {receiverOf} from './receivers.js'
import {renderShipment} from './shipment-views.js'

type Json = Record<string, unknown>

interface Asked {
  /** With the header `X-New-Domain: true`, or `hosted=true`. */
  hosted: boolean
  /** With the header `X-Api-Version: 2`. */
  withNames: boolean
  query: Query
}

/**
 * `GET /orders/:id/shipments` in both views (sections 0 and 8): ids and kinds in an array, or nothing (undefined) when none is
 * linked yet. The old view, which ended in September 2026 unless a setting keeps it, has the shipment to the buyer, or all of
 * them with `list_all=true`. That it is a 404 when there is none is our reading.
 */
export function shipmentsAnswer(world: World, {id}: Order, {hosted, withNames, query}: Asked): unknown {
  const all = world.shipments.allOfOrder(id)
  if (hosted || !world.shipments.settings.old_order_view) {
    return all.length === 0 ? undefined : all.map((shipment) => ({id: shipment.id, type: shipment.direction}))
  }
  const views = (query.get('views') ?? '').split(',')
  const show = (shipment: Shipment): Json => oldView(world, shipment, views, withNames)
  if (query.get('list_all') === 'true') return all.map(show)
  const shipment = world.shipments.ofOrder(id)
  if (shipment === undefined) throw notFound(`The order ${id} has no shipment`)
  return show(shipment)
}

/** Addresses by `views=origin,destination`, names and phone by the header (section 8). */
function oldView(world: World, shipment: Shipment, views: readonly string[], withNames: boolean): Json {
  const {origin, destination, ...rest} = renderShipment(shipment, receiverOf(world, shipment), world.shipments.settings)
  return {
    ...rest,
    ...(views.includes('origin') ? {origin} : {}),
    ...(views.includes('destination') ? {destination: withNames ? destination : nameless(destination)} : {}),
  }
}

function nameless(destination: unknown): unknown {
  if (typeof destination !== 'object' || destination === null) return destination
  const shown = Object.entries(destination).filter(([name]) => name !== 'receiver_name' && name !== 'receiver_phone')
  return Object.fromEntries(shown)
}
