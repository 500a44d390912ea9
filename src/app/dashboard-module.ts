import {mayBeAlive} from '../core/holder.js'
import {once} from '../core/once.js'
import {version} from '../core/version.js'
import type {Overview} from '../services/dashboard/overview/overview.js'
import type {SyncModule} from './sync-module.js'
import type {World} from './world.js'

export type DashboardModule = ReturnType<typeof dashboardModule>

/** Operators, and what pages and gauges show them. */
export function dashboardModule({config, clock, telemetry, store}: World, {runs}: SyncModule) {
  return {
    operators: once(async () => {
      const {Operators} = await import('../services/dashboard/operators/operators.js')
      return new Operators({operators: (await store()).operators, clock, owner: config.operator})
    }),
    /** The figures that pages and gauges show. The owner, who runs the server, sees every store. */
    async overview({syncEveryMs}: {syncEveryMs: number}) {
      const {Overview} = await import('../services/dashboard/overview/overview.js')
      const {accounts, installs, inbox, jobs, journal, overview} = await store()
      const stores = {accounts, installs, inbox, jobs, journal, overview, runs: await runs()}
      return new Overview({
        ...stores,
        clock,
        isAlive: mayBeAlive,
        owner: config.operator,
        timeZone: 'UTC',
        syncEveryMs,
      })
    },
    /** Counts everything from here on. */
    async metrics(overview: Overview, {syncEveryMs}: {syncEveryMs: number}) {
      const {Metrics} = await import('../server/metrics.js')
      const metrics = new Metrics({version, stores: overview.gauges, syncEveryMs})
      telemetry.listen(metrics)
      return metrics
    },
  }
}
