import {type Fields, isFields} from '../model/json.js'
import {invalidScroll} from '../model/questions/errors.js'
import type {Question} from '../model/questions/question.js'

/** All that a search sorts by. */
export type Place = Pick<Question, 'id' | 'itemId' | 'sellerId' | 'buyerId' | 'createdMs'>

/** A scroll id that says where its page ended and nothing else, as those of items do. docs/mercadolibre.md, sections 6.1 and 7. */
export function writePosition({id, itemId, sellerId, buyerId, createdMs}: Place): string {
  return Buffer.from(JSON.stringify({id, itemId, sellerId, buyerId, createdMs})).toString('base64')
}

/** @throws WireError 400 when it is not one */
export function readPosition(scrollId: string): Place {
  const position = parse(Buffer.from(scrollId, 'base64').toString())
  if (!isPlace(position)) throw invalidScroll()
  return position
}

function isPlace(value: unknown): value is Fields & Place {
  if (!isFields(value) || typeof value.itemId !== 'string') return false
  return [value.id, value.sellerId, value.buyerId, value.createdMs].every(Number.isFinite)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
