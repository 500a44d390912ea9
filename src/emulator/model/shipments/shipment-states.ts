import type {Shipment, Stand} from './shipment.js'

/** All statuses, with the sub-states that the emulator knows (docs/mercadolibre.md, section 9). */
export const catalogue: Readonly<Record<string, readonly string[]>> = {
  to_be_agreed: [],
  pending: ['waiting_for_payment', 'buffered', 'manufacturing', 'shipment_paid'],
  handling: ['waiting_for_label_generation', 'invoice_pending', 'manufacturing'],
  ready_to_ship: [
    'ready_to_print',
    'printed',
    'invoice_pending',
    'ready_for_pickup',
    'ready_for_dropoff',
    'picked_up',
    'dropped_off',
    'in_hub',
    'in_packing_list',
    'stale',
    'delayed',
    'authorized_by_carrier',
  ],
  shipped: [
    'out_for_delivery',
    'receiver_absent',
    'delayed',
    'waiting_for_withdrawal',
    'refused_delivery',
    'at_customs',
  ],
  delivered: ['damaged', 'inferred', 'fulfilled_feedback'],
  not_delivered: ['returning_to_sender', 'returned', 'lost', 'stolen', 'destroyed', 'retained'],
  not_verified: [],
  cancelled: ['label_expired', 'closed_by_user', 'pack_splitted', 'fraudulent', 'cancelled_manually', 'time_expired'],
  closed: [],
  error: [],
  active: [],
  not_specified: [],
  stale_ready_to_ship: [],
  stale_shipped: [],
}

/** Which status may follow which; the source lists the states and not the ways between them, so this is our reading. */
const followers: Readonly<Record<string, readonly string[]>> = {
  to_be_agreed: ['shipped', 'delivered', 'not_delivered', 'cancelled', 'closed'],
  pending: ['handling', 'ready_to_ship', 'cancelled'],
  handling: ['ready_to_ship', 'shipped', 'cancelled'],
  ready_to_ship: ['stale_ready_to_ship', 'shipped', 'cancelled'],
  stale_ready_to_ship: ['ready_to_ship', 'shipped', 'cancelled'],
  shipped: ['stale_shipped', 'delivered', 'not_delivered'],
  stale_shipped: ['shipped', 'delivered', 'not_delivered'],
}

/** Sub-states that are behind a shipment once it has a later one of the same status: nobody unprints a label. */
const onlyForward: Readonly<Record<string, readonly (readonly string[])[]>> = {
  pending: [['waiting_for_payment'], ['shipment_paid'], ['buffered', 'manufacturing']],
  handling: [['manufacturing'], ['invoice_pending'], ['waiting_for_label_generation']],
  ready_to_ship: [
    ['invoice_pending'],
    ['ready_to_print'],
    ['printed'],
    ['ready_for_pickup', 'ready_for_dropoff', 'in_packing_list', 'authorized_by_carrier'],
    ['picked_up', 'dropped_off'],
    ['in_hub'],
  ],
  not_delivered: [['returning_to_sender'], ['returned', 'lost', 'stolen', 'destroyed', 'retained']],
}

export function exists({status, substatus}: Stand): boolean {
  const known = Object.hasOwn(catalogue, status) ? catalogue[status] : undefined
  return known !== undefined && (substatus === null || known.includes(substatus))
}

/** Why the shipment cannot go there, in words for whoever moves it; null when it can. */
export function refusal(from: Pick<Shipment, 'status' | 'substatus' | 'paid'>, to: Stand): string | null {
  if (!exists(to)) return `there is no ${named(to)}; GET /shipment_statuses has them all`
  if (from.status === to.status && from.substatus === to.substatus) return `it is ${named(to)} already`
  if (!from.paid && from.status === 'pending' && to.status !== 'cancelled') return 'it is not paid; pay its order first'
  if (from.paid && to.substatus === 'waiting_for_payment') return 'it is paid'
  if (from.status !== to.status) {
    return followers[from.status]?.includes(to.status) ? null : `${to.status} cannot follow ${from.status}`
  }
  return goesBack(from, to) ? `${named(to)} cannot follow ${named(from)}` : null
}

/** A sub-state once told is not taken back for none, except on the road, where nothing need be told. */
function goesBack(from: Stand, to: Stand): boolean {
  if (from.status === 'shipped' || from.substatus === null) return false
  if (from.status === 'cancelled' || to.substatus === null) return true
  const steps = onlyForward[from.status]
  const [was, will] = [from, to].map(({substatus}) => steps?.findIndex((step) => step.includes(substatus ?? '')) ?? -1)
  return was !== undefined && will !== undefined && was >= 0 && will >= 0 && will < was
}

export function named({status, substatus}: Stand): string {
  return substatus === null ? status : `${status}/${substatus}`
}

/** The next step of a sale that goes well; null at its end, and where somebody has to pay first. */
export function naturalStep(shipment: Shipment): Stand | null {
  const {status, substatus} = shipment
  switch (status) {
    case 'pending':
      return shipment.paid ? stand('handling', 'waiting_for_label_generation') : null
    case 'handling':
      return afterHandling(shipment)
    case 'ready_to_ship':
      return afterPreparation(shipment)
    case 'stale_ready_to_ship':
    case 'stale_shipped':
    case 'to_be_agreed':
      return stand('shipped', null)
    case 'shipped':
      return onTheRoad(shipment)
    case 'not_delivered':
      return substatus === 'returning_to_sender' ? stand('not_delivered', 'returned') : null
    default:
      return null
  }
}

/** Where a paid shipment goes when its parcel can be made ready. */
export function afterHandling({mode, logisticType}: Pick<Shipment, 'mode' | 'logisticType'>): Stand {
  // With ME1 the seller has a carrier of their own, and no label of the service.
  if (mode !== 'me2') return stand('shipped', null)
  return stand('ready_to_ship', logisticType === 'fulfillment' ? 'in_packing_list' : 'ready_to_print')
}

function afterPreparation({substatus, logisticType}: Shipment): Stand {
  switch (substatus) {
    case 'invoice_pending':
      return stand('ready_to_ship', 'ready_to_print')
    case 'ready_to_print':
    case null:
      return stand('ready_to_ship', 'printed')
    case 'printed':
      return handedOver(logisticType)
    case 'ready_for_pickup':
      return stand('ready_to_ship', 'picked_up')
    case 'ready_for_dropoff':
      return stand('ready_to_ship', 'dropped_off')
    case 'picked_up':
    case 'dropped_off':
      return stand('ready_to_ship', 'in_hub')
    default:
      return stand('shipped', null)
  }
}

function handedOver(logisticType: Shipment['logisticType']): Stand {
  if (logisticType === 'cross_docking') return stand('ready_to_ship', 'picked_up')
  // Flex: the seller's own messenger sets out.
  if (logisticType === 'self_service') return stand('shipped', 'out_for_delivery')
  return stand('ready_to_ship', 'dropped_off')
}

function onTheRoad({substatus}: Shipment): Stand {
  if (substatus === 'refused_delivery') return stand('not_delivered', 'returning_to_sender')
  if (substatus === 'out_for_delivery' || substatus === 'waiting_for_withdrawal') return stand('delivered', null)
  return stand('shipped', substatus === 'at_customs' ? null : 'out_for_delivery')
}

function stand(status: string, substatus: string | null): Stand {
  return {status, substatus}
}
