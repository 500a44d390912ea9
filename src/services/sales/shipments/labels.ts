import {isMeliError, type MeliError} from '../../../core/errors.js'
import type {LabelFormat, ShipmentApi} from '../../ports/index.js'

export interface RefusedLabel {
  shipment_id: string
  /** The service's word for it, such as `not_printable_status`; null when it gave none. */
  error: string | null
  message: string
  /** What would have to be so. */
  rule: string
}

export interface PrintedLabels {
  /** Documents as the service made them: of PDF one for 50 shipments, of ZPL one for all. */
  documents: Uint8Array[]
  /** In the order of the documents. */
  printed: string[]
  refused: RefusedLabel[]
}

/** Ids in one request. docs/mercadolibre.md, section 9. */
export const labelsAtOnce = 50

type Api = Pick<ShipmentApi, 'labels'>
type Batch = {pieces: Uint8Array[]; printed: string[]; refused: RefusedLabel[]}

/**
 * Labels of these shipments. One that cannot be printed makes the service refuse all of a request, and it is not documented
 * which it names: a refused request is halved until those are found, and the others are asked for once more together.
 */
export async function printLabels(
  api: Api,
  ids: readonly string[],
  {format, signal}: {format: LabelFormat; signal: AbortSignal},
): Promise<PrintedLabels> {
  const left = [...new Set(ids)]
  const batches: Batch[] = []
  const ask = async (some: readonly string[]) => (await api.labels(some, format, signal)).bytes
  while (left.length > 0) {
    const batch = await printed(ask, left.splice(0, labelsAtOnce))
    batches.push(format === 'pdf' ? await inOne(ask, batch) : batch)
  }
  const pieces = batches.flatMap((batch) => batch.pieces)
  return {
    documents: format === 'pdf' || pieces.length === 0 ? pieces : [Buffer.concat(pieces)],
    printed: batches.flatMap((batch) => batch.printed),
    refused: batches.flatMap((batch) => batch.refused),
  }
}

type Ask = (ids: readonly string[]) => Promise<Uint8Array>

async function printed(ask: Ask, ids: readonly string[]): Promise<Batch> {
  try {
    return {pieces: [await ask(ids)], printed: [...ids], refused: []}
  } catch (error) {
    if (!isRefusal(error)) throw error
    const [only = '', ...others] = ids
    if (others.length === 0) return {pieces: [], printed: [], refused: [refusalOf(only, error)]}
    const middle = Math.ceil(ids.length / 2)
    const [first, second] = [await printed(ask, ids.slice(0, middle)), await printed(ask, ids.slice(middle))]
    return {
      pieces: [...first.pieces, ...second.pieces],
      printed: [...first.printed, ...second.printed],
      refused: [...first.refused, ...second.refused],
    }
  }
}

/** A printed label can be printed again; where that is refused after all, the pieces are as good. */
async function inOne(ask: Ask, batch: Batch): Promise<Batch> {
  if (batch.pieces.length < 2) return batch
  try {
    return {...batch, pieces: [await ask(batch.printed)]}
  } catch (error) {
    if (isRefusal(error)) return batch
    throw error
  }
}

/** Of a shipment, and not of the application or the account: those would be refused one by one as well. */
function isRefusal(error: unknown): error is MeliError {
  return isMeliError(error, 'MELI_API_REJECTED') || isMeliError(error, 'MELI_NOT_FOUND')
}

const rules: Readonly<Record<string, string>> = {
  invalid_shipment_caller: 'only its seller can print the label',
  not_printable_status: 'the shipment must be ready_to_ship, with its label ready_to_print or printed',
  invalid_shipment_ff_public: 'Mercado Libre ships it from its own warehouse (Full), and prints the label itself',
  invalid_shipment_mode:
    'Mercado Libre makes labels only for Mercado Envios (me2) with drop-off, cross-docking or Flex (self_service)',
}

function refusalOf(id: string, error: MeliError): RefusedLabel {
  const said = typeof error.details?.error === 'string' ? error.details.error : null
  const words = `${said ?? ''} ${error.message}`
  const code = Object.keys(rules).find((name) => words.includes(name))
  const rule = error.code === 'MELI_NOT_FOUND' ? 'there is no shipment of this id' : 'the message says what is wrong'
  const known = code === undefined ? undefined : rules[code]
  return {shipment_id: id, error: code ?? said, message: error.message, rule: known ?? rule}
}
