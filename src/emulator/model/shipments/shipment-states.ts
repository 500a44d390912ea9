import type {Shipment, ShipmentState} from './shipment.js'

/** All statuses, with the substatuses that the emulator has (docs/mercadolibre.md, section 9). */
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

/** The possible next statuses. The source lists statuses and not transitions, so this is our reading. */
const nextStatuses: Readonly<Record<string, readonly string[]>> = {
  to_be_agreed: ['shipped', 'delivered', 'not_delivered', 'cancelled', 'closed'],
  pending: ['handling', 'ready_to_ship', 'cancelled'],
  handling: ['ready_to_ship', 'shipped', 'cancelled'],
  ready_to_ship: ['stale_ready_to_ship', 'shipped', 'cancelled'],
  stale_ready_to_ship: ['ready_to_ship', 'shipped', 'cancelled'],
  shipped: ['stale_shipped', 'delivered', 'not_delivered'],
  stale_shipped: ['shipped', 'delivered', 'not_delivered'],
}

/** Substatuses in their order; a shipment does not return to an earlier one of the same status. */
const substatusOrder: Readonly<Record<string, readonly (readonly string[])[]>> = {
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

export function isKnownState({status, substatus}: ShipmentState): boolean {
  const known = Object.hasOwn(catalogue, status) ? catalogue[status] : undefined
  return known !== undefined && (substatus === null || known.includes(substatus))
}

/** The reason why the transition is refused; null when it is allowed. */
export function refusal(from: Shipment, to: ShipmentState): string | null {
  if (!isKnownState(to)) return `there is no ${stateName(to)}; GET /shipment_statuses has them all`
  if (from.status === to.status && from.substatus === to.substatus) return `it is ${stateName(to)} already`
  if (!from.paid && from.status === 'pending' && to.status !== 'cancelled') return 'it is not paid; pay its order first'
  if (from.paid && to.substatus === 'waiting_for_payment') return 'it is paid'
  if (from.status !== to.status) {
    return nextStatuses[from.status]?.includes(to.status) ? null : `${to.status} cannot follow ${from.status}`
  }
  return isStepBack(from, to) ? `${stateName(to)} cannot follow ${stateName(from)}` : null
}

/** A substatus is not replaced by none, except while the parcel is on its way. */
function isStepBack(from: ShipmentState, to: ShipmentState): boolean {
  if (from.status === 'shipped' || from.substatus === null) return false
  if (from.status === 'cancelled' || to.substatus === null) return true
  const steps = substatusOrder[from.status]
  const [was, will] = [from, to].map(({substatus}) => steps?.findIndex((step) => step.includes(substatus ?? '')) ?? -1)
  return was !== undefined && will !== undefined && was >= 0 && will >= 0 && will < was
}

export function stateName({status, substatus}: ShipmentState): string {
  return substatus === null ? status : `${status}/${substatus}`
}

/** The next step of a sale without problems; null at its end, and before the payment. */
export function nextStep(shipment: Shipment): ShipmentState | null {
  const {status, substatus} = shipment
  switch (status) {
    case 'pending':
      return shipment.paid ? state('handling', 'waiting_for_label_generation') : null
    case 'handling':
      return afterHandling(shipment)
    case 'ready_to_ship':
      return afterPreparation(shipment)
    case 'stale_ready_to_ship':
    case 'stale_shipped':
    case 'to_be_agreed':
      return state('shipped', null)
    case 'shipped':
      return afterShipping(shipment)
    case 'not_delivered':
      return substatus === 'returning_to_sender' ? state('not_delivered', 'returned') : null
    default:
      return null
  }
}

/** The state of a paid shipment whose parcel can be prepared. */
export function afterHandling({mode, logisticType}: Shipment): ShipmentState {
  // With ME1 the seller has a carrier of their own, and no label of the service.
  if (mode !== 'me2') return state('shipped', null)
  return state('ready_to_ship', logisticType === 'fulfillment' ? 'in_packing_list' : 'ready_to_print')
}

function afterPreparation({substatus, logisticType}: Shipment): ShipmentState {
  switch (substatus) {
    case 'invoice_pending':
      return state('ready_to_ship', 'ready_to_print')
    case 'ready_to_print':
    case null:
      return state('ready_to_ship', 'printed')
    case 'printed':
      return afterPrinting(logisticType)
    case 'ready_for_pickup':
      return state('ready_to_ship', 'picked_up')
    case 'ready_for_dropoff':
      return state('ready_to_ship', 'dropped_off')
    case 'picked_up':
    case 'dropped_off':
      return state('ready_to_ship', 'in_hub')
    default:
      return state('shipped', null)
  }
}

function afterPrinting(logisticType: Shipment['logisticType']): ShipmentState {
  if (logisticType === 'cross_docking') return state('ready_to_ship', 'picked_up')
  // Mercado Envíos Flex: the seller delivers.
  if (logisticType === 'self_service') return state('shipped', 'out_for_delivery')
  return state('ready_to_ship', 'dropped_off')
}

function afterShipping({substatus}: Shipment): ShipmentState {
  if (substatus === 'refused_delivery') return state('not_delivered', 'returning_to_sender')
  if (substatus === 'out_for_delivery' || substatus === 'waiting_for_withdrawal') return state('delivered', null)
  return state('shipped', substatus === 'at_customs' ? null : 'out_for_delivery')
}

function state(status: string, substatus: string | null): ShipmentState {
  return {status, substatus}
}
