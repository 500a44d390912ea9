import {limits, mostConnections} from './listener.js'
import {notificationsPath, withoutFinalSlash} from './notifications-path.js'
import {type NotificationRouteDeps, notificationRoutes} from './routes/notifications.js'

export interface NotificationListener {
  url: string
  close(): Promise<void>
}

/** Receives notifications on this machine alone, without the rest of the server. Rejects with the system's error when the port is not free. */
export async function listenForNotifications(port: number, deps: NotificationRouteDeps): Promise<NotificationListener> {
  const {default: fastify} = await import('fastify')
  const app = fastify({
    forceCloseConnections: true,
    rewriteUrl: ({url}) => withoutFinalSlash(url ?? '/'),
    keepAliveTimeout: limits.keepAliveTimeout,
    requestTimeout: limits.requestTimeout,
    http: limits,
  })
  // All come from this machine, most of them through one tunnel: none has a limit of its own.
  app.server.maxConnections = mostConnections
  await app.register(async (scope) => notificationRoutes(deps)(scope))
  const address = await app.listen({host: '127.0.0.1', port})
  return {url: `${address}${notificationsPath}`, close: () => app.close()}
}
