import {siteOf} from '../model/items/sites.js'
import type {Settings} from '../model/settings.js'
import type {Shipment} from '../model/shipments/shipment.js'
import {catalogue} from '../model/shipments/shipment-states.js'
import {sites} from '../model/sites.js'
import type {Receiver} from './receivers.js'
import {offsetTime} from './wire-time.js'

type Json = Record<string, unknown>

const dayMs = 86_400_000
const masked = 'XXXXXXX'

/**
 * `GET /shipments/:id` in the new format (docs/mercadolibre.md, section 9). Where the source names a field and not what is
 * in it, it holds what an integrator would expect there, or nothing.
 */
export function renderShipment(
  shipment: Shipment,
  receiver: Receiver,
  {external_reference: externalReference}: Settings,
): Json {
  const {id, status, substatus, mode, logisticType, direction, siteId} = shipment
  return {
    id,
    status,
    substatus,
    date_created: offsetTime(shipment.createdMs),
    last_updated: offsetTime(shipment.updatedMs),
    ...(externalReference === 'pack_id' ? {external_reference: String(shipment.packId)} : {}),
    external_key: null,
    declared_value: shipment.declaredValue,
    dimensions: {height: 10, width: 15, length: 20, weight: 500},
    logistic: {mode, type: logisticType, direction},
    origin: originOf(shipment),
    destination: destinationOf(shipment, receiver),
    source: {site_id: siteId, market_place: 'MELI'},
    // docs/mercadolibre.md, section 4.
    tags: shipment.isTest ? ['test_shipment'] : [],
    sibling: {},
    priority_class: {id: null},
    lead_time: leadTimeOf(shipment),
    tracking_number: shipment.trackingNumber,
    tracking_method: shipment.trackingNumber === null ? null : methodOf(shipment),
    quotation: null,
    items_types: ['new'],
    snapshot_packing: {snapshot_id: null, pack_hash: null},
  }
}

/** `GET /shipments/:id/lead_time`: what the shipment itself shows under that name. */
export function leadTimeOf(shipment: Shipment): Json {
  const {siteId, createdMs} = shipment
  const {scale} = siteOf(siteId)
  return {
    option_id: shipment.id * 10 + 1,
    shipping_method: {id: 500_000, name: methodOf(shipment), type: 'standard', deliver_to: 'address'},
    cost: 0,
    cost_type: 'free',
    list_cost: 3 * scale,
    currency_id: siteOf(siteId).currencyId,
    service_id: 1,
    estimated_delivery_time: {date: offsetTime(createdMs + 4 * dayMs)},
    buffering: {date: null},
  }
}

/**
 * A whole day to hand it over: late is what has not left by then. The source gives the words and not the reckoning. Parcels
 * that the service does not carry have none.
 */
export function slaOf(shipment: Shipment, nowMs: number): Json | null {
  if (shipment.mode !== 'me2') return null
  const expectedMs = shipment.createdMs + dayMs
  const left = shipment.history.find(({status, substatus}) => status === 'shipped' || hasLeft(substatus))
  return {
    status: (left?.ms ?? nowMs) <= expectedMs ? 'on_time' : 'delayed',
    expected_date: offsetTime(expectedMs),
    service: '',
    last_updated: offsetTime(shipment.updatedMs),
  }
}

function hasLeft(substatus: string | null): boolean {
  return substatus === 'picked_up' || substatus === 'dropped_off'
}

/** `GET /shipments/:id/orders`: a row for each line (docs/mercadolibre.md, section 9). */
export function ordersOf({lines, packId, sellerId}: Shipment): Json[] {
  return lines.map(({orderId, itemId, variationId, userProductId, quantity}) => ({
    order_id: String(orderId),
    pack_id: packId,
    item_id: itemId,
    variation_id: variationId,
    user_product_id: userProductId,
    seller_id: sellerId,
    requested_quantity: quantity,
    picked_quantity: null,
  }))
}

/** `GET /shipment_statuses`: the statuses of section 9 and those of their sub-states that the emulator plays. */
export function statusCatalogue(): Json[] {
  return Object.entries(catalogue).map(([id, substatuses]) => ({
    id,
    name: wordsOf(id),
    substatuses: substatuses.map((substatus) => ({id: substatus, name: wordsOf(substatus)})),
  }))
}

function wordsOf(id: string): string {
  return id.charAt(0).toUpperCase() + id.slice(1).replaceAll('_', ' ')
}

function originOf({siteId, sellerId}: Shipment): Json {
  const {city, country} = siteOf(siteId)
  return {
    sender_id: sellerId,
    shipping_address: {
      address_line: 'Calle Emulada 123',
      zip_code: '000000',
      city: {name: city},
      state: {name: city},
      country: {id: sites.get(siteId)?.countryId ?? null, name: country},
    },
    node: null,
  }
}

function destinationOf(shipment: Shipment, receiver: Receiver): Json {
  return {
    receiver_id: receiver.id,
    receiver_name: receiver.name,
    shipping_address: addressOf(shipment, receiver),
    receiver_phone: phoneOf(shipment, receiver),
  }
}

/** It is masked until the payment is confirmed (section 9). */
export function addressOf({paid, siteId}: Shipment, receiver: Receiver): Json {
  const shown = (text: string): string => (paid ? text : masked)
  return {
    address_line: shown(receiver.addressLine),
    street_name: shown(receiver.streetName),
    street_number: shown(receiver.streetNumber),
    zip_code: shown(receiver.zipCode),
    city: {name: shown(receiver.city)},
    state: {name: shown(receiver.city)},
    country: {id: sites.get(siteId)?.countryId ?? null, name: receiver.country},
  }
}

/** Only ME1 has a phone number (section 9). */
export function phoneOf({paid, mode}: Shipment, {phone}: Receiver): string | null {
  return mode === 'me1' && paid ? phone : null
}

export function methodOf({mode}: Shipment): string {
  return mode === 'me2' ? 'Emulated standard' : 'Own carrier'
}
