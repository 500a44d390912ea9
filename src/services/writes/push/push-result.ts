import type {PushRow, RecordFile} from '../../ports/index.js'
import type {Actor} from '../guard.js'
import type {Reading} from './push-file.js'
import type {BadLine, Note} from './push-line.js'

export interface PushFailure {
  line: number
  item_id: string | null
  variation_id: number | null
  seller_sku: string | null
  code: string | null
  message: string | null
}

export interface PushResult {
  /** Every line is as wanted. */
  ok: boolean
  file: string
  mode: 'sandbox' | 'production'
  /** Null when the push ended before an account was opened. */
  user_id: number | null
  nickname: string | null
  push_id: string | null
  /** It resumed an interrupted push of the same file. */
  resumed: boolean
  /** Bad lines were in the way, and nothing was sent. */
  refused: boolean
  /** Records of the file. */
  lines: number
  changed: number
  unchanged: number
  failed: number
  bad_lines: BadLine[]
  /** The first of them; all are in the result file. */
  failures: PushFailure[]
  ignored_columns: string[]
  /** Ignored columns that no known sheet has, such as a mistyped name. */
  unknown_columns: string[]
  /** Rows below the header that explain the columns, and are no lines. */
  notes: Note[]
  /** Null too when it could not be written. */
  result_file: string | null
  /** Why it could not be: the same command again writes it, and sends nothing twice. */
  result_file_error: {code: string; message: string} | null
  requests: number
  duration_ms: number
}

/** Failures beyond this many are counted, not listed. */
export const mostFailures = 100

export interface About {
  file: RecordFile
  reading: Reading
  sandbox: boolean
  bad: readonly BadLine[]
  durationMs: number
}

export function resultOf(
  {file, reading, sandbox, bad, durationMs}: About,
  part: Partial<PushResult> & {actor?: Actor} = {},
): PushResult {
  const {actor, ...rest} = part
  const {changed = 0, unchanged = 0, failed = 0, refused = false} = rest
  return {
    ok: !refused && failed === 0 && bad.length === 0,
    file: file.name,
    mode: sandbox ? 'sandbox' : 'production',
    user_id: actor?.identity.userId ?? null,
    nickname: actor?.identity.nickname ?? null,
    push_id: null,
    resumed: false,
    lines: reading.records,
    bad_lines: [...bad],
    failures: [],
    ...ignoredParts(reading),
    result_file: null,
    result_file_error: null,
    requests: actor?.session.api.requests ?? 0,
    duration_ms: durationMs,
    ...rest,
    changed,
    unchanged,
    failed,
    refused,
  }
}

export function ignoredParts({ignored, unknown, notes}: Reading) {
  return {ignored_columns: [...ignored], unknown_columns: [...unknown], notes: [...notes]}
}

export function failureView({line, itemId, variationId, sellerSku, errorCode, message}: PushRow): PushFailure {
  return {line, item_id: itemId, variation_id: variationId, seller_sku: sellerSku, code: errorCode, message}
}

/** A line of the result file: what was asked for, and its outcome. */
export interface PushRowView {
  line: number
  item_id: string | null
  seller_sku: string | null
  variation_id: number | null
  price: string | null
  quantity: number | null
  status: string | null
  result: PushRow['state']
  price_before: string | number | null
  quantity_before: string | number | null
  status_before: string | number | null
  code: string | null
  message: string | null
  finished_at: string | null
}

export async function* rowViews(rows: AsyncIterable<PushRow>): AsyncGenerator<PushRowView> {
  for await (const row of rows) yield rowView(row)
}

function rowView(row: PushRow): PushRowView {
  const {line, itemId, sellerSku, variationId, price, quantity, status, state, before, errorCode, message} = row
  return {
    line,
    item_id: itemId,
    seller_sku: sellerSku,
    variation_id: variationId,
    price,
    quantity,
    status,
    result: state,
    price_before: before?.price ?? null,
    quantity_before: before?.available_quantity ?? null,
    status_before: before?.status ?? null,
    code: errorCode,
    message,
    finished_at: row.finishedAt?.toISOString() ?? null,
  }
}
