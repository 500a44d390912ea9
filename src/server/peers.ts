import type {FastifyInstance} from 'fastify'
import {addressList} from './address-list.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered whoever is connected: for health checks, which do not come through the proxy. */
    anyPeer?: boolean
  }
}

/**
 * Answers 403 to whoever is connected and is neither of this machine nor one of these: past the proxy everything would be
 * plain text, and the proxy's own rules would not hold.
 */
export function refuseOtherPeers(app: FastifyInstance, peers: readonly string[]): void {
  const isKnown = addressList([...peers, '127.0.0.0/8', '::1'])
  app.addHook('onRequest', async (request, reply) => {
    const {remoteAddress = ''} = request.socket
    if (request.routeOptions.config.anyPeer === true || isKnown(remoteAddress)) return undefined
    request.log.warn({ip: remoteAddress}, 'a request that bypassed the proxy was refused')
    return reply.code(403).type('text/plain; charset=utf-8').send('Requests come through the proxy only.\n')
  })
}
