import * as items from './items/settings.js'
import * as notifications from './notifications/settings.js'
import * as orders from './orders/settings.js'
import * as questions from './questions/settings.js'
import * as service from './service-settings.js'
import {type Area, areaOf, NamedSettings} from './settings.js'
import * as shipments from './shipments/settings.js'
import * as stock from './stock/settings.js'
import type {World} from './world.js'

/** The settings of all areas, under names that are unique. */
export function namedSettings(world: World): NamedSettings {
  return new NamedSettings([
    areaOf(service, world.settings),
    areaOf(items, world.catalogue.settings),
    areaOf(stock, world.userProducts.settings),
    areaOf(questions, world.questions.settings),
    areaOf(orders, world.orders.settings),
    areaOf(shipments, world.shipments.settings),
    notificationArea(world),
  ])
}

/** Notifications that were held back leave at once. */
export function notificationArea(world: World): Area {
  return areaOf(notifications, world.notifications.settings, () => world.notifications.change({}))
}
