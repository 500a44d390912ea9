import type {FastifyRequest} from 'fastify'
import type {Caller} from '../caller.js'
import type {VirtualClock} from '../clock.js'
import type {Catalogue} from './catalogue.js'

export interface ItemsDeps {
  clock: VirtualClock
  catalogue: Catalogue
  /** Whom the request speaks for. @throws WireError 401 */
  caller(request: FastifyRequest): Caller
}
