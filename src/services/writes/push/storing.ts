import type {Clock, PushLine, PushStore, RecordFile} from '../../ports/index.js'
import type {BadLine} from './judge.js'
import {judged, type Reading} from './reading.js'

/** Lines that are stored in one step. */
const batchSize = 500

export interface StoringParts {
  pushes: Pick<PushStore, 'add' | 'settle'>
  clock: Pick<Clock, 'now'>
}

/** Keeps every line of the file, so that a killed push is gone on with; bad ones as failed. */
export async function store(
  parts: StoringParts,
  pushId: string,
  {file, reading, signal}: {file: RecordFile; reading: Reading; signal: AbortSignal},
): Promise<void> {
  let lines: PushLine[] = []
  const bad: BadLine[] = []
  const keep = async () => {
    await parts.pushes.add(pushId, lines)
    await failLines(parts, pushId, bad.splice(0))
    lines = []
  }
  for await (const each of judged(file, reading, signal)) {
    if ('bad' in each) bad.push(each.bad)
    lines.push('bad' in each ? emptyLine(each.bad.line) : each.line)
    if (lines.length >= batchSize) await keep()
  }
  await keep()
}

export async function failLines({pushes, clock}: StoringParts, pushId: string, bad: readonly BadLine[]): Promise<void> {
  const finishedAt = clock.now()
  const rows = bad.map(({line, message}) => ({
    ...{line, itemId: null, variationId: null, state: 'failed' as const, before: null},
    ...{errorCode: 'MELI_LINE_INVALID', message, finishedAt},
  }))
  if (rows.length > 0) await pushes.settle(pushId, rows)
}

function emptyLine(line: number): PushLine {
  return {line, itemId: null, sellerSku: null, variationId: null, price: null, quantity: null, status: null}
}
