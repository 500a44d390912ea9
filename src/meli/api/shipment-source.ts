import {isMeliError, type MeliError} from '../../core/errors.js'
import type {Fetched, Shipment, ShipmentApi, ShipmentSource, Traffic} from '../../services/ports/index.js'
import {unusableAnswer} from '../http/api-errors.js'
import type {ApiResponse, Requester, RequestOptions} from '../http/client-types.js'
import {readShipment, readShipmentOrders} from '../wire/shipments.js'
import type {ApiParts} from './api-parts.js'
import {printLabels} from './labels.js'

/** Mandatory on all requests since October 2025. docs/mercadolibre.md, section 0. */
const newFormat = {'x-format-new': 'true'}
/** Requests of one `fetch` at a time. */
const together = 8
/** So many, one after another, that the service failed for: then it fails for all. */
const mostInARow = 5

/** docs/mercadolibre.md, section 9. */
export function shipmentApi({client, bulkClient}: ApiParts): ShipmentApi {
  return {
    shipments: (userId, {deadline} = {}) => new SingleReads(bulkClient(), userId, deadline),
    shipment: (userId, id, signal) => readOne(client, userId, id, {...(signal && {signal})}),
    async shipmentOrders(id, signal) {
      const headers = {...newFormat, 'x-new-domain': 'true'}
      const options = {headers, ...(signal && {signal})}
      const answer = await client.request('GET', `/shipments/${encodeURIComponent(id)}/orders`, options)
      const orders = readShipmentOrders(answer.json())
      if (orders === undefined) throw unusableAnswer(answer, 'the orders of the shipment')
      return orders
    },
    labels: (ids, format, signal) => printLabels(client, ids, format, signal),
  }
}

async function readOne(client: Requester, userId: number, id: string, options: RequestOptions): Promise<Shipment> {
  const path = `/shipments/${encodeURIComponent(id)}`
  const answer: ApiResponse = await client.request('GET', path, {...options, headers: newFormat, expectsJson: true})
  const shipment = readShipment(answer.json(), answer.text, {userId, partial: answer.status === 206})
  if (shipment?.id !== id) throw unusableAnswer(answer, 'the shipment')
  return shipment
}

class SingleReads implements ShipmentSource {
  /** Failures of the service, one after another. */
  #inARow = 0

  constructor(
    private readonly client: Requester & {readonly traffic: Traffic},
    private readonly userId: number,
    private readonly deadline: Date | undefined,
  ) {}

  get traffic(): Traffic {
    return this.client.traffic
  }

  async fetch(ids: readonly string[], signal: AbortSignal): Promise<Fetched<Shipment>[]> {
    const answers: Fetched<Shipment>[] = []
    const left = [...ids.entries()].values()
    let failure: {error: unknown} | undefined
    const worker = async () => {
      for (const [at, id] of left) {
        if (failure !== undefined) return
        try {
          answers[at] = await this.#one(id, signal)
        } catch (error) {
          failure ??= {error}
        }
      }
    }
    await Promise.all(Array.from({length: Math.min(together, ids.length)}, worker))
    if (failure !== undefined) throw failure.error
    return answers
  }

  async #one(id: string, signal: AbortSignal): Promise<Fetched<Shipment>> {
    const options = {signal, patient: true, ...(this.deadline && {deadline: this.deadline})}
    try {
      const record = await readOne(this.client, this.userId, id, options)
      this.#inARow = 0
      return {ok: true, id, record}
    } catch (error) {
      if (!isMeliError(error) || !this.#isOfOne(error)) throw error
      return {ok: false, id, status: statusOf(error), message: error.message}
    }
  }

  /** Whether the others may still be had. */
  #isOfOne(error: MeliError): boolean {
    if (error.family === 'api') return true
    if (error.code !== 'MELI_SERVICE_FAILING' && error.code !== 'MELI_ANSWER_UNUSABLE') return false
    this.#inARow += 1
    return this.#inARow < mostInARow
  }
}

function statusOf({details}: MeliError): number {
  return typeof details?.status === 'number' ? details.status : 0
}
