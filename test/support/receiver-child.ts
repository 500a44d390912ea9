// A process of its own that receives notifications and works on them, as `meli serve` does, until it is killed.

import {systemClock as clock} from '../../src/app/system-clock.js'
import {newHolder} from '../../src/core/holder.js'
import {createMercadoLibre} from '../../src/meli/api/api.js'
import {createHttp} from '../../src/meli/http/http.js'
import {listenForNotifications} from '../../src/server/notification-listener.js'
import {Intake} from '../../src/services/notifications/intake.js'
import {resourceRefresh} from '../../src/services/notifications/kinds.js'
import {NotificationWorker} from '../../src/services/notifications/worker.js'
import {openStore} from '../../src/store/open.js'

const [home = '', origin = '', accessToken = '', clientId = ''] = process.argv.slice(2)

const store = await openStore({home})
const {accounts, inbox} = store
const connect = createMercadoLibre(createHttp({origin: new URL(origin), userAgent: 'test', timeoutMs: 10_000}))
const auth = {tokenSource: () => ({current: async () => accessToken})}
const resources = resourceRefresh({accounts, auth, connect, store, clock})
const log = {
  warn: (fields: object, message: string) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
  error: (fields: object, message: string) => process.stderr.write(`${message} ${String(Object.values(fields)[0])}\n`),
}
const worker = new NotificationWorker({inbox, resources, clock, process: {newHolder}, random: Math.random, log})
const intake = new Intake({accounts, inbox, clock, clientId, onWork: () => worker.wake()})
const {url, close} = await listenForNotifications(0, {intake})
const stop = new AbortController()
const working = worker.run(stop.signal)
process.stdout.write(`${url}\n`)

process.once('SIGTERM', async () => {
  await close()
  await intake.close()
  stop.abort()
  await working
  await store.close()
  process.stdout.write(`${JSON.stringify({peakKb: process.resourceUsage().maxRSS})}\n`)
})
