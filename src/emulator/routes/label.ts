import {renderItem} from '../model/items/render.js'
import type {Shipment} from '../model/shipments/shipment.js'
import type {World} from '../model/world.js'
import {receiverOf} from './receivers.js'

/** What is printed, whatever it is printed with. */
export interface Label {
  /** Also the text of the barcode. */
  readonly shipmentId: string
  readonly tracking: string
  readonly service: string
  readonly sender: string
  readonly receiver: readonly string[]
  readonly references: readonly string[]
  readonly contents: readonly string[]
}

const mostLines = 6

export function labelOf(world: World, shipment: Shipment): Label {
  const {id, lines, sellerId, packId, logisticType} = shipment
  const receiver = receiverOf(world, shipment)
  const contents = lines.map(({itemId, quantity}) => `${quantity} x ${titleOf(world, itemId)}`)
  const more = contents.length - mostLines
  return {
    shipmentId: String(id),
    tracking: shipment.trackingNumber ?? '',
    service: logisticType,
    sender: world.users.get(sellerId)?.nickname ?? String(sellerId),
    receiver: [receiver.name, receiver.addressLine, `${receiver.zipCode} ${receiver.city}`, receiver.country],
    references: [
      `Pack ${packId}`,
      ...[...new Set(lines.map(({orderId}) => orderId))].map((order) => `Order ${order}`),
    ].slice(0, mostLines),
    contents: more > 0 ? [...contents.slice(0, mostLines), `and ${more} more`] : contents,
  }
}

function titleOf({catalogue}: World, itemId: string): string {
  const item = catalogue.get(itemId)
  const title = item === undefined ? '' : String(renderItem(item, ['title']).title)
  return `${itemId} ${title}`.trim().slice(0, 60)
}
