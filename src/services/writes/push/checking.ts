import type {RecordFile} from '../../ports/index.js'
import type {BadLine} from './judge.js'
import {inspect, judged, type Reading, type ReadingOptions} from './reading.js'

export interface Checked {
  reading: Reading
  bad: BadLine[]
  /** Of lines that name no listing by its id. */
  skus: ReadonlySet<string>
}

/** All bad lines that can be told without the service. */
export async function check(file: RecordFile, {decimal, signal}: ReadingOptions): Promise<Checked> {
  const reading = await inspect(file, {decimal, signal})
  const skus = new Set<string>()
  const checked: Checked = {reading, bad: [], skus}
  for await (const each of judged(file, reading, signal)) {
    if ('bad' in each) checked.bad.push(each.bad)
    else if (each.line.itemId === null && each.line.sellerSku !== null) skus.add(each.line.sellerSku)
  }
  return checked
}

export function isInTheWay({bad}: Pick<Checked, 'bad'>, {skipBad}: {skipBad: boolean}): boolean {
  return bad.length > 0 && !skipBad
}
