import type {Interrupts} from '../cli/interrupts.js'
import type {ServeFlags} from '../cli/serve-settings.js'
import type {Config} from '../config/config.js'
import {accountsModule} from './accounts-module.js'
import {catalogueModule} from './catalogue-module.js'
import {dashboardModule} from './dashboard-module.js'
import {notificationsModule} from './notifications-module.js'
import {salesModule} from './sales-module.js'
import {syncModule} from './sync-module.js'
import {createWorld, type Overrides} from './world.js'
import {writesModule} from './writes-module.js'

export type App = ReturnType<typeof createApp>

/**
 * The composition root: the services of each feature on the adapters of the world. Nothing is opened, sent or even imported
 * before a command asks a module for a service.
 */
export function createApp(config: Config, interrupts: Interrupts, overrides: Partial<Overrides> = {}) {
  const world = createWorld(config, interrupts, overrides)
  const accounts = accountsModule(world)
  const writes = writesModule(world, accounts)
  const catalogue = catalogueModule(world)
  const sales = salesModule(world, writes)
  const sync = syncModule(world, accounts)
  const notifications = notificationsModule(world, accounts)
  const dashboard = dashboardModule(world, sync)
  return {
    ...world,
    accounts,
    catalogue,
    sales,
    sync,
    writes,
    notifications,
    dashboard,
    /** Starts all of `meli serve`, which listens when this resolves. */
    async serve(flags: ServeFlags) {
      const {serve} = await import('./serve.js')
      return serve(world, {accounts, sync, notifications, dashboard}, flags)
    },
  }
}
