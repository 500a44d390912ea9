import * as v from 'valibot'
import type {Question} from '../../services/ports/index.js'
import {readDate, wireText as text, wireId} from './wire.js'

/** Absent, null or of another type than expected: all the same to us. */
const date = v.optional(v.pipe(v.unknown(), v.transform(readDate)), null)
const flag = v.fallback(v.optional(v.boolean(), false), false)
const user = v.fallback(v.nullish(wireId, null), null)

const questionSchema = v.object({
  id: wireId,
  seller_id: user,
  item_id: text,
  status: text,
  text,
  date_created: date,
  // Of its asker a search tells as `from`, a question by itself as `buyer_id`.
  from: v.fallback(v.nullish(v.object({id: user}), null), null),
  buyer_id: user,
  answer: v.fallback(v.nullish(v.object({text, status: text, date_created: date}), null), null),
  deleted_from_listing: flag,
  hold: flag,
  suspected_spam: flag,
})

/**
 * A question of a search or by itself, in version 4 or before. docs/mercadolibre.md, section 7. Undefined without an id.
 * Its `lastUpdated` is the date of the question or of its answer: that of the service is not in a search, and what is
 * stored must be comparable wherever it came from.
 *
 * @param userId whose it is when it does not say
 */
export function readQuestion(
  json: unknown,
  {userId, partial}: {userId: number; partial: boolean},
): Question | undefined {
  const result = v.safeParse(questionSchema, json)
  if (!result.success) return undefined
  const wire = result.output
  const {answer} = wire
  return {
    id: String(wire.id),
    user_id: wire.seller_id ?? userId,
    item_id: wire.item_id,
    status: wire.status?.toUpperCase() ?? null,
    text: wire.text,
    from_id: wire.from?.id ?? wire.buyer_id,
    date_created: wire.date_created,
    last_updated: later(wire.date_created, answer?.date_created ?? null),
    answer_text: answer?.text ?? null,
    answer_status: answer?.status?.toUpperCase() ?? null,
    answer_date: answer?.date_created ?? null,
    deleted_from_listing: wire.deleted_from_listing,
    hold: wire.hold,
    suspected_spam: wire.suspected_spam,
    partial,
  }
}

const pageSchema = v.object({
  total: v.fallback(v.nullish(v.pipe(v.number(), v.safeInteger(), v.minValue(0)), null), null),
  // Null behind the last page of a scan.
  questions: v.nullable(v.array(v.unknown())),
  scroll_id: text,
})

export interface QuestionPage {
  total: number | null
  questions: unknown[]
  scrollId: string | null
}

/** Undefined when the answer is no search. */
export function readQuestionPage(json: unknown): QuestionPage | undefined {
  const result = v.safeParse(pageSchema, json)
  if (!result.success) return undefined
  const {total, questions, scroll_id} = result.output
  return {total, questions: questions ?? [], scrollId: scroll_id || null}
}

function later(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other
  return one > other ? one : other
}
