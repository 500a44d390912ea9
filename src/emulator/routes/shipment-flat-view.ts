import type {Shipment} from '../model/shipments/shipment.js'
import type {Receiver} from './receivers.js'
import {addressOf, leadTimeOf, methodOf, phoneOf} from './shipment-views.js'
import {offsetTime} from './wire-time.js'

type Json = Record<string, unknown>

/** `GET /shipments/:id` without `x-format-new` (docs/mercadolibre.md, section 9). A parcel of several orders names the first. */
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

/** When each status began for the last time; null where it never did. */
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
