import {randomUUID} from 'node:crypto'
import {once} from '../core/once.js'
import type {Account} from '../services/ports/index.js'
import type {AccountsModule} from './accounts-module.js'
import {applicationOf} from './application.js'
import {httpOptions, type World} from './world.js'

export type NotificationsModule = ReturnType<typeof notificationsModule>

/** Receiving notifications, reading what they name, and showing them. */
export function notificationsModule(world: World, {auth}: AccountsModule) {
  const {config, clock, process, telemetry, store, connect, log} = world
  const worker = once(async () => {
    const {resourceRefresh} = await import('../services/notifications/kinds.js')
    const {NotificationWorker} = await import('../services/notifications/worker.js')
    const opened = await store()
    const {accounts, inbox} = opened
    const output = await log()
    const resources = resourceRefresh({store: opened, accounts, auth: await auth(), connect: await connect(), clock})
    return new NotificationWorker({
      inbox,
      resources,
      clock,
      process,
      telemetry,
      log: output.log,
      random: Math.random,
      correlate: (work) => output.correlate(randomUUID(), work),
    })
  })
  const intake = once(async () => {
    const {Intake} = await import('../services/notifications/intake.js')
    const {clientId} = applicationOf(config)
    const {accounts, inbox} = await store()
    const onWork = () => void worker.made()?.then((running) => running.wake())
    return new Intake({accounts, inbox, clock, clientId, telemetry, onWork})
  })
  return {
    worker,
    intake,
    inboxLog: once(async () => {
      const {InboxLog} = await import('../services/notifications/inbox-log.js')
      const {accounts, inbox} = await store()
      return new InboxLog({accounts, inbox, clock})
    }),
    recover: once(async () => {
      const {Recover} = await import('../services/notifications/recover.js')
      const {clientId} = applicationOf(config)
      const {accounts} = await store()
      const [tokens, open] = [await auth(), await connect()]
      const missedFeeds = (account: Account) => open(tokens.tokenSource(account))
      return new Recover({accounts, missedFeeds, intake: await intake(), clientId})
    }),
    /** Each notification that comes, passed on to this address as well. */
    async follow(forwardTo: URL | undefined) {
      const {Follow} = await import('../services/notifications/follow.js')
      const {createForwarder} = await import('./notification-forwarder.js')
      const {inbox} = await store()
      const {userAgent} = httpOptions(config, clock)
      const forwarder = forwardTo === undefined ? undefined : createForwarder(forwardTo, {userAgent})
      return new Follow({inbox, clock, forwarder})
    },
    /** Receives notifications on a port of this machine where no `meli serve` runs. */
    async receive(port: number) {
      const {listenForNotifications} = await import('../server/notification-listener.js')
      const taking = await intake()
      const listener = await listenForNotifications(port, {intake: taking, senders: config.notificationSenders})
      const close = async () => {
        await listener.close()
        await taking.close()
      }
      return {url: listener.url, close}
    },
  }
}
