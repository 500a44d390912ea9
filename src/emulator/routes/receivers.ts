import {siteOf} from '../model/items/sites.js'
import type {Shipment} from '../model/shipments/shipment.js'
import type {World} from '../model/world.js'

/** The buyer, as a parcel has to know them. All of it is made up from the account. */
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

/** One who has been purged since then is still written on the parcel, by a name that fits all. */
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
