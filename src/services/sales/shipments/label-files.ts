import type {LabelFormat, OrderApi, ShipmentApi} from '../../ports/index.js'
import {aKind, type SaleIds} from '../sale-ids.js'
import {labelsAtOnce, printLabels, type RefusedLabel} from './labels.js'

export interface LabelResult {
  /** Every shipment has its label in a file. */
  ok: boolean
  user_id: number
  format: LabelFormat
  /** None when nothing could be printed, or standard output did not take it. */
  files: string[]
  printed: string[]
  refused: RefusedLabel[]
  error_code: 'MELI_LABEL_REFUSED' | null
}

/** Files that appear whole or not at all, for their owner alone. */
export interface WholeFiles {
  /** MELI_FILE_EXISTS. */
  assertFree(paths: readonly string[]): Promise<void>
  /**
   * All of them or none. MELI_FILE_EXISTS unless `force`, MELI_STORAGE_FULL, MELI_STORAGE_READ_ONLY.
   * @returns the paths that were written: standard output is none of them when nobody could take it
   */
  write(files: ReadonlyArray<{path: string; bytes: Uint8Array}>, options: {force: boolean}): Promise<string[]>
}

export interface LabelRequest {
  format: LabelFormat
  file: string
  /** Replaces files that exist. */
  force: boolean
  signal: AbortSignal
}

type Api = Pick<ShipmentApi, 'labels' | 'shipmentOrders'> & Pick<OrderApi, 'order' | 'pack'>

export class LabelFiles {
  constructor(private readonly deps: {files: WholeFiles; ids: Pick<SaleIds, 'local' | 'online'>}) {}

  async print(
    {api, userId}: {api: Api; userId: number},
    named: readonly string[],
    {format, file, force, signal}: LabelRequest,
  ): Promise<LabelResult> {
    const ids = await this.shipmentIds(userId, named)
    // Before anything is asked for: the service takes what it has given for printed.
    const most = format === 'pdf' ? Math.ceil(new Set(ids).size / labelsAtOnce) : 1
    if (!force) await this.deps.files.assertFree(Array.from({length: most}, (_, at) => nameOf(file, at)))
    const {documents, printed, refused: unnamed} = await printLabels(api, ids, {format, signal})
    const refused = await this.recognised({api, userId}, unnamed, signal)
    const files = documents.map((bytes, at) => ({path: nameOf(file, at), bytes}))
    const written = await this.deps.files.write(files, {force})
    const ok = refused.length === 0
    return {
      ok,
      user_id: userId,
      format,
      files: written,
      printed,
      refused,
      error_code: ok ? null : 'MELI_LABEL_REFUSED',
    }
  }

  /** Numbers of local orders and packs stand for their shipments. */
  private async shipmentIds(userId: number, named: readonly string[]): Promise<string[]> {
    const ids: string[] = []
    for (const id of named) ids.push((await this.deps.ids.local(userId, id, 'shipment'))?.shipmentId ?? id)
    return ids
  }

  /** Says of a refused number what it is, where it is that of an order or a pack. */
  private async recognised(
    session: {api: Api; userId: number},
    refused: readonly RefusedLabel[],
    signal: AbortSignal,
  ): Promise<RefusedLabel[]> {
    const named: RefusedLabel[] = []
    for (const [at, label] of refused.entries()) {
      const {shipment_id: id} = label
      const isAsked = at < mostRecognised && !(await this.isShipment(session.userId, id))
      const sale = isAsked ? await this.deps.ids.online(session, id, {meant: 'shipment', signal}) : undefined
      const shipment = sale?.shipmentId ?? null
      const rule =
        sale &&
        `${id} is ${aKind(sale.kind)}, ${shipment === null ? 'without a shipment' : `whose shipment is ${shipment}`}`
      named.push({...label, ...(rule && {rule})})
    }
    return named
  }

  private async isShipment(userId: number, id: string): Promise<boolean> {
    return (await this.deps.ids.local(userId, id, 'shipment'))?.kind === 'shipment'
  }
}

/** Requests for what a refused number really is. */
const mostRecognised = 5

/** `labels.pdf`, `labels-2.pdf` and so on. */
function nameOf(file: string, at: number): string {
  if (at === 0) return file
  const dot = /[^/\\](\.[^./\\]+)$/.exec(file)?.[1] ?? ''
  return `${file.slice(0, file.length - dot.length)}-${at + 1}${dot}`
}
