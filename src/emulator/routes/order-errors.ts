import {standardError} from '../model/api-error.js'
import type {Settings} from '../model/settings.js'
import {WireError} from '../model/wire-error.js'

/** The codes and the bodies of 404 are those of section 8; the other statuses and texts are ours. */
export function orderNotFound(id: number, {order_not_found_body: orderNotFoundBody}: Settings): WireError {
  if (orderNotFoundBody === 'cause_as_text') return missing('order_not_found', 'Order do not exists')
  return standardError(404, 'order_not_found', `Order with id ${id} not found`)
}

export function invalidOrderId(): WireError {
  return standardError(400, 'invalid_order_id', 'Invalid order id')
}

export function emptyOrderId(): WireError {
  return standardError(400, 'empty_order_id', 'The order id is empty')
}

export function notOwnedOrder(): WireError {
  return standardError(403, 'not_owned_order', 'The caller is neither the seller nor the buyer of the order')
}

/** A search for somebody else's orders. */
export function invalidCaller(): WireError {
  return standardError(403, 'caller.id.invalid', 'Invalid caller.id')
}

/** The texts of packs are known, and the codes of 403 are ours (section 8). */
export function unidentifiedUser(): WireError {
  return standardError(403, 'not_identified_user', 'Can not identify the user')
}

export function packNotAccessible(): WireError {
  return standardError(403, 'forbidden', 'The user has not access to the order')
}

export function packNotFound(id: string, {order_not_found_body: orderNotFoundBody}: Settings): WireError {
  if (orderNotFoundBody === 'cause_as_text') return missing('pack_not_found', `Pack ${id} not found`)
  return standardError(404, 'not_found', 'Order does not exist')
}

function missing(error: string, message: string): WireError {
  return new WireError(404, {cause: '', message, error, status: 404})
}
