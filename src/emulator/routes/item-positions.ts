import {standardError} from '../model/api-error.js'
import type {Item} from '../model/items/item.js'
import {isFields} from '../model/json.js'
import type {WireError} from '../model/wire-error.js'

/** A place in the order of stop times; `number` breaks ties. */
type Position = Pick<Item, 'stopMs' | 'number'>

/** A scroll id says where its page ended and nothing else. docs/mercadolibre.md, section 6.1. */
export function writePosition({id, number, stopMs}: Item): string {
  const position = {id, numeric_id: number, stop_time: stopMs}
  return Buffer.from(JSON.stringify(position)).toString('base64')
}

/** @throws WireError 400 when it is not one */
export function readPosition(scrollId: string): Position {
  const position = parse(Buffer.from(scrollId, 'base64').toString())
  if (!isFields(position)) throw malformed()
  const {numeric_id: number, stop_time: stopTime} = position
  if (typeof number !== 'number' || typeof stopTime !== 'number') throw malformed()
  return {number, stopMs: stopTime}
}

/** The index of the first row behind the position; `rows` are in the order of stop times. */
export function firstBehind(rows: readonly Item[], position: Position): number {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const row = rows[middle]
    if (row !== undefined && isBehind(row, position)) high = middle
    else low = middle + 1
  }
  return low
}

function isBehind(row: Position, {stopMs, number}: Position): boolean {
  return row.stopMs === stopMs ? row.number > number : row.stopMs > stopMs
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function malformed(): WireError {
  return standardError(400, 'invalid.scroll.id', 'Invalid Scroll Id: Error decode reading Scroll ID')
}
