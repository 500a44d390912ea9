import type {LabelFormat, ShipmentApi} from '../ports.js'
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

export class LabelFiles {
  constructor(private readonly files: WholeFiles) {}

  async print(
    {api, userId}: {api: Pick<ShipmentApi, 'labels'>; userId: number},
    ids: readonly string[],
    {format, file, force, signal}: LabelRequest,
  ): Promise<LabelResult> {
    // Before anything is asked for: the service takes what it has given for printed.
    const most = format === 'pdf' ? Math.ceil(new Set(ids).size / labelsAtOnce) : 1
    if (!force) await this.files.assertFree(Array.from({length: most}, (_, at) => nameOf(file, at)))
    const {documents, printed, refused} = await printLabels(api, ids, {format, signal})
    const files = documents.map((bytes, at) => ({path: nameOf(file, at), bytes}))
    const written = await this.files.write(files, {force})
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
}

/** `labels.pdf`, `labels-2.pdf` and so on. */
function nameOf(file: string, at: number): string {
  if (at === 0) return file
  const dot = /[^/\\](\.[^./\\]+)$/.exec(file)?.[1] ?? ''
  return `${file.slice(0, file.length - dot.length)}-${at + 1}${dot}`
}
