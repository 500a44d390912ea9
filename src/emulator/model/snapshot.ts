import type {Application} from './applications.js'
import type {Grants} from './grants.js'
import {changeSettings, defaultSettings, type ServiceSettings} from './service-settings.js'
import type {User} from './users.js'
import {World} from './world.js'

/** A world as JSON. It holds tokens and secrets of emulated accounts. The request log and the faults are not part of it. */
export interface Snapshot {
  version: 1
  site_id: string
  clock: number
  random: number
  catalogue_random: number
  settings: ServiceSettings
  users: User[]
  applications: Application[]
  grants: ReturnType<Grants['export']>
  catalogue: unknown
  /** Missing in states of earlier versions. */
  notifications?: unknown
  questions?: unknown
  shipments?: unknown
  orders?: unknown
  user_products?: unknown
}

export function exportWorld(world: World): Snapshot {
  return {
    version: 1,
    site_id: world.siteId,
    clock: world.clock.export(),
    random: world.random.export(),
    catalogue_random: world.catalogueRandom.export(),
    settings: {...world.settings},
    users: world.users.export(),
    applications: world.applications.export(),
    grants: world.grants.export(),
    catalogue: world.catalogue.export(),
    notifications: world.notifications.export(),
    questions: world.questions.export(),
    shipments: world.shipments.export(),
    orders: world.orders.export(),
    user_products: world.userProducts.export(),
  }
}

/** Puts the world back into that state. The time that has passed since then has passed in the world too. */
export function importWorld(world: World, data: unknown): void {
  if (!isSnapshot(data)) throw new TypeError('this is not a state of the emulator, or one of another version')
  judge(data)
  world.notifications.import(data.notifications)
  // Nothing of the world that was may fall due when the clock jumps.
  world.orders.import(undefined)
  world.userProducts.import(undefined)
  world.siteId = data.site_id
  world.clock.import(data.clock)
  world.random.import(data.random)
  world.catalogueRandom.import(data.catalogue_random)
  takeSettings(world, data)
  world.users.import(data.users)
  world.applications.import(data.applications)
  world.grants.import(data.grants)
  world.catalogue.import(data.catalogue)
  // Last, since what is due by now happens, is written into items and told.
  takeSales(world, data)
  world.orders.catchUp()
  world.userProducts.catchUp()
}

/** On a world that is thrown away: a state is taken as a whole or not at all. @throws TypeError, WireError */
function judge(data: Snapshot): void {
  const trial = new World()
  try {
    takeSettings(trial, data)
    takeSales(trial, data)
  } finally {
    trial.orders.close()
    trial.userProducts.close()
  }
}

function takeSettings(world: World, data: Snapshot): void {
  const settings = defaultSettings()
  changeSettings(settings, data.settings)
  Object.assign(world.settings, settings)
}

function takeSales(world: World, data: Snapshot): void {
  world.shipments.import(data.shipments)
  world.questions.import(data.questions)
  world.orders.import(data.orders)
  world.userProducts.import(data.user_products)
}

function isSnapshot(data: unknown): data is Snapshot {
  if (typeof data !== 'object' || data === null || !('version' in data) || data.version !== 1) return false
  const {users, applications, grants, clock, random} = data as Partial<Snapshot>
  const lists = [users, applications, grants?.codes, grants?.accessTokens, grants?.grants]
  return lists.every(Array.isArray) && applications?.length !== 0 && [clock, random].every(Number.isFinite)
}
