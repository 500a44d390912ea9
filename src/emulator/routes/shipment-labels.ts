import type {FastifyInstance, FastifyReply} from 'fastify'
import {badRequest, notFound, standardError} from '../model/api-error.js'
import type {Shipment} from '../model/shipments/shipment.js'
import {named} from '../model/shipments/shipment-states.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'
import {type Label, labelOf} from './label.js'
import {pdfOf} from './label-pdf.js'
import {zplOf} from './label-zpl.js'
import {zipOf} from './zip.js'

const mostLabels = 50
const printableTypes: ReadonlySet<string> = new Set(['drop_off', 'xd_drop_off', 'cross_docking', 'self_service'])

/** `GET /shipment_labels?shipment_ids=&response_type=` (docs/mercadolibre.md, section 9). */
export function registerLabels(app: FastifyInstance, world: World): void {
  app.get('/shipment_labels', (request, reply) => {
    const {userId} = authenticate(world, request)
    const query = request.query as Record<string, unknown>
    const type = query.response_type ?? 'pdf'
    if (type !== 'pdf' && type !== 'zpl2') throw badRequest('response_type must be pdf or zpl2')
    const shipments = idsOf(query.shipment_ids).map((id) => printable(world, id, userId))
    const labels = shipments.map((shipment) => labelOf(world, shipment))
    if (world.shipments.settings.printing_moves) markPrinted(world, shipments)
    return type === 'pdf' ? send(reply, 'application/pdf', 'labels.pdf', pdfOf(labels)) : sendZpl(reply, world, labels)
  })
}

function sendZpl(reply: FastifyReply, world: World, labels: readonly Label[]): FastifyReply {
  const text = Buffer.from(zplOf(labels), 'utf8')
  if (world.shipments.settings.zpl_packaging === 'plain')
    return send(reply, 'text/plain; charset=utf-8', 'labels.txt', text)
  return send(reply, 'application/zip', 'labels.zip', zipOf('Etiqueta de envio.txt', text))
}

function send(reply: FastifyReply, type: string, filename: string, body: Buffer): FastifyReply {
  return reply.type(type).header('content-disposition', `attachment; filename="${filename}"`).send(body)
}

/** Each once, though each counts. The source has the 404, and one code for too many. */
function idsOf(raw: unknown): number[] {
  const texts = (typeof raw === 'string' ? raw : '').split(',').map((text) => text.trim())
  if (!texts.every((text) => /^\d{1,15}$/.test(text))) throw missingId()
  if (texts.length > mostLabels)
    throw standardError(400, 'shipment_ids', `shipment_ids must have ${mostLabels} ids at most`)
  return [...new Set(texts.map(Number))]
}

function missingId(): Error {
  return notFound('Missing a valid shipment id value')
}

/**
 * All labels or none: the first shipment that has no label refuses the whole request. That the codes stand in `error`, and
 * which is named first where several apply, is our reading.
 */
function printable({shipments}: World, id: number, callerId: number): Shipment {
  const shipment = shipments.get(id)
  if (shipment === undefined) throw missingId()
  const refused = (code: string, reason: string): Error => standardError(400, code, `Shipment ${id} ${reason}`)
  if (shipment.sellerId !== callerId) throw refused('invalid_shipment_caller', 'is not of the caller')
  if (shipment.logisticType === 'fulfillment') throw refused('invalid_shipment_ff_public', 'is of fulfillment')
  if (shipment.mode !== 'me2' || !printableTypes.has(shipment.logisticType))
    throw refused('invalid_shipment_mode', `has mode ${shipment.mode} and logistic type ${shipment.logisticType}`)
  const {status, substatus} = shipment
  if (status !== 'ready_to_ship' || (substatus !== 'ready_to_print' && substatus !== 'printed'))
    throw refused('not_printable_status', `is ${named(shipment)}`)
  return shipment
}

function markPrinted({shipments}: World, printed: readonly Shipment[]): void {
  for (const shipment of printed) {
    if (shipment.substatus === 'ready_to_print')
      shipments.move(shipment, {status: 'ready_to_ship', substatus: 'printed'})
  }
}
