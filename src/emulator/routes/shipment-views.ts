import type {Settings} from '../model/settings.js'
import type {Shipment} from '../model/shipments/shipment.js'
import {catalogue} from '../model/shipments/shipment-states.js'
import {siteOf} from '../model/sites.js'
import type {World} from '../model/world.js'
import {offsetTime} from './wire-format.js'

type Json = Record<string, unknown>

const dayMs = 86_400_000
const masked = 'XXXXXXX'

/**
 * `GET /shipments/:id` in the new format (docs/mercadolibre.md, section 9). Fields whose content the source does not give have a
 * plausible value or none.
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

/** `GET /shipments/:id/lead_time`, which the shipment contains too. */
export function leadTimeOf(shipment: Shipment): Json {
  const {siteId, createdMs} = shipment
  const {scale, currencyId} = siteOf(siteId)
  return {
    option_id: shipment.id * 10 + 1,
    shipping_method: {id: 500_000, name: methodOf(shipment), type: 'standard', deliver_to: 'address'},
    cost: 0,
    cost_type: 'free',
    list_cost: 3 * scale,
    currency_id: currencyId,
    service_id: 1,
    estimated_delivery_time: {date: offsetTime(createdMs + 4 * dayMs)},
    buffering: {date: null},
  }
}

/**
 * `GET /shipments/:id/sla`: delayed when the parcel was not handed over within a day. The source gives the values and not the rule.
 * Null for parcels that the service does not carry.
 */
export function slaOf(shipment: Shipment, nowMs: number): Json | null {
  if (shipment.mode !== 'me2') return null
  const expectedMs = shipment.createdMs + dayMs
  const handedOver = shipment.history.find(({status, substatus}) => status === 'shipped' || isHandedOver(substatus))
  return {
    status: (handedOver?.ms ?? nowMs) <= expectedMs ? 'on_time' : 'delayed',
    expected_date: offsetTime(expectedMs),
    service: '',
    last_updated: offsetTime(shipment.updatedMs),
  }
}

function isHandedOver(substatus: string | null): boolean {
  return substatus === 'picked_up' || substatus === 'dropped_off'
}

/** `GET /shipments/:id/orders`, with a row for each line (docs/mercadolibre.md, section 9). */
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

/** `GET /shipment_statuses`: the statuses of section 9, with the substatuses that the emulator has. */
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
  const {city, country, countryId} = siteOf(siteId)
  return {
    sender_id: sellerId,
    shipping_address: {
      address_line: 'Calle Emulada 123',
      zip_code: '000000',
      city: {name: city},
      state: {name: city},
      country: {id: countryId, name: country},
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

/** The address is masked until the payment is confirmed (section 9). */
function addressOf({paid, siteId}: Shipment, receiver: Receiver): Json {
  const shown = (text: string): string => (paid ? text : masked)
  return {
    address_line: shown(receiver.addressLine),
    street_name: shown(receiver.streetName),
    street_number: shown(receiver.streetNumber),
    zip_code: shown(receiver.zipCode),
    city: {name: shown(receiver.city)},
    state: {name: shown(receiver.city)},
    country: {id: siteOf(siteId).countryId, name: receiver.country},
  }
}

/** Only ME1 has a phone number (section 9). */
function phoneOf({paid, mode}: Shipment, {phone}: Receiver): string | null {
  return mode === 'me1' && paid ? phone : null
}

function methodOf({mode}: Shipment): string {
  return mode === 'me2' ? 'Emulated standard' : 'Own carrier'
}

/** `GET /shipments/:id` without `x-format-new` (docs/mercadolibre.md, section 9). Names the first of several orders. */
export function renderFlat(shipment: Shipment, receiver: Receiver): Json {
  const {id, status, substatus, mode, logisticType, siteId, lines} = shipment
  return {
    id,
    mode,
    logistic_type: logisticType,
    site_id: siteId,
    order_id: lines[0]?.orderId ?? null,
    status,
    substatus,
    status_history: statusHistory(shipment),
    date_created: offsetTime(shipment.createdMs),
    last_updated: offsetTime(shipment.updatedMs),
    tracking_number: shipment.trackingNumber,
    tracking_method: shipment.trackingNumber === null ? null : methodOf(shipment),
    sender_id: shipment.sellerId,
    receiver_id: receiver.id,
    receiver_address: {
      ...addressOf(shipment, receiver),
      receiver_name: receiver.name,
      receiver_phone: phoneOf(shipment, receiver),
    },
    shipping_items: lines.map(({itemId, quantity}) => ({id: itemId, quantity})),
    shipping_option: optionOf(shipment),
    // docs/mercadolibre.md, section 4.
    tags: shipment.isTest ? ['test_shipment'] : [],
  }
}

/** The last beginning of each status; null where there was none. */
function statusHistory({history}: Shipment): Json {
  const began = (wanted: string): string | null => {
    const step = history.findLast(({status}) => status === wanted)
    return step === undefined ? null : offsetTime(step.ms)
  }
  return Object.fromEntries(flatStatuses.map((status) => [`date_${status}`, began(status)]))
}

const flatStatuses = ['handling', 'ready_to_ship', 'shipped', 'delivered', 'not_delivered', 'cancelled'] as const

function optionOf(shipment: Shipment): Json {
  const {
    option_id: id,
    currency_id: currency,
    list_cost: listCost,
    cost,
    estimated_delivery_time: estimated,
  } = leadTimeOf(shipment)
  return {
    id,
    name: methodOf(shipment),
    currency_id: currency,
    list_cost: listCost,
    cost,
    estimated_delivery_time: estimated,
  }
}

/** The buyer's name, phone and address, made up from the account. */
export interface Receiver {
  id: number
  name: string
  phone: string
  addressLine: string
  streetName: string
  streetNumber: string
  zipCode: string
  city: string
  country: string
}

const streets = ['Avenida Emulada', 'Calle Ficticia', 'Pasaje de Prueba', 'Camino Inventado'] as const

/** A removed buyer has a made-up name. */
export function receiverOf(world: World, {buyerId, siteId}: Shipment): Receiver {
  const user = world.users.get(buyerId)
  const site = siteOf(siteId)
  const streetName = streets[buyerId % streets.length] ?? streets[0]
  const streetNumber = String(100 + (buyerId % 900))
  return {
    id: buyerId,
    name: user === undefined ? 'Test Test' : `${user.firstName} ${user.lastName}`,
    phone: `000${String(buyerId).slice(-7)}`,
    addressLine: `${streetName} ${streetNumber}`,
    streetName,
    streetNumber,
    zipCode: String(100_000 + (buyerId % 900_000)),
    city: site.city,
    country: site.country,
  }
}
