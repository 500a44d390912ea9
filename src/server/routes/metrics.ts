import type {FastifyRequest} from 'fastify'
import {addressList} from '../address-list.js'
import {HttpError} from '../http-error.js'
import type {RouteModule} from '../serve-app.js'

export interface MetricsRoutesDeps {
  metrics: {readonly contentType: string; text(): Promise<string>}
  /** Addresses and CIDRs that may read; this machine alone when undefined. */
  from?: readonly string[] | undefined
}

const isLocal = addressList(['127.0.0.0/8', '::1'])
const localNames = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i

/** `GET /metrics`, in Prometheus' text format. It names stores, so not everybody may read it. */
export function metricsRoutes({metrics, from}: MetricsRoutesDeps): RouteModule {
  const mayRead = from === undefined ? isFromHere : ofAddress(addressList(from))
  return (app) => {
    app.get('/metrics', {config: {anyHost: true}}, async (request, reply) => {
      if (!mayRead(request)) {
        request.log.warn({ip: request.ip}, 'metrics were refused: MELI_METRICS_FROM says who may read them')
        throw new HttpError(403)
      }
      return reply.type(metrics.contentType).send(await metrics.text())
    })
  }
}

/** What proxies say of whom they speak for. */
const passing = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'] as const

/** Of a listed address, unless that is a proxy which is not believed: its own address says nothing of who asks. */
function ofAddress(isListed: (ip: string) => boolean) {
  return (request: FastifyRequest) => isListed(request.ip) && !isStrangeProxy(request)
}

function isStrangeProxy({ip, headers, socket}: FastifyRequest): boolean {
  return ip === socket.remoteAddress && passing.some((name) => headers[name] !== undefined)
}

/**
 * Of this machine, and asked for by an address of this machine: a proxy that runs here and that nobody named passes on what
 * the whole world asks for, with the world's name for this server or with headers that say for whom.
 */
function isFromHere({ip, headers, socket}: FastifyRequest): boolean {
  const isPassedOn = passing.some((name) => headers[name] !== undefined)
  const direct = !isPassedOn && socket.remoteAddress !== undefined
  return direct && isLocal(ip) && localNames.test(headers.host ?? '')
}
