import * as v from 'valibot'
import type {Identity} from '../../services/ports/index.js'

/** A number of 64 bits on the wire, sometimes as text; ours must be exact. */
export const wireId = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,16}$/), v.transform(Number))]),
  v.safeInteger(),
  v.minValue(1),
)

/** A text that says something; null when it is absent, empty or of another type, so that `??` finds the next candidate. */
export const wireText = v.fallback(
  v.pipe(
    v.nullish(v.string(), null),
    v.transform((text) => (text !== null && /\S/.test(text) ? text : null)),
  ),
  null,
)

const text = wireText
const textOr = (otherwise: string) => v.fallback(v.string(), otherwise)
const filled = v.pipe(v.string(), v.minLength(1))
const strings = v.fallback(v.array(v.string()), [])

const userSchema = v.object({
  id: wireId,
  nickname: textOr(''),
  email: text,
  site_id: filled,
  tags: strings,
})

const testUserSchema = v.object({id: wireId, nickname: filled, password: filled, site_status: text})

const tokenSchema = v.object({
  access_token: filled,
  token_type: v.fallback(filled, 'bearer'),
  // Six hours are documented; a token whose life is unclear is still a token.
  expires_in: v.fallback(
    v.pipe(
      v.union([v.number(), v.pipe(v.string(), v.trim(), v.regex(/^\d+$/), v.transform(Number))]),
      v.minValue(0),
      v.maxValue(315_360_000),
    ),
    21_600,
  ),
  scope: textOr(''),
  refresh_token: v.fallback(v.optional(filled), undefined),
  user_id: v.fallback(v.optional(wireId), undefined),
})

const pagingSchema = v.object({
  paging: v.fallback(v.nullish(v.object({total: v.fallback(v.nullish(v.number()), null)}), null), null),
  // Questions are counted beside the list.
  total: v.fallback(v.nullish(v.number()), null),
  // An empty text, null and nothing at all mean the same: there is no page behind this one.
  scroll_id: v.fallback(v.nullish(filled, null), null),
})

export type WireToken = v.InferOutput<typeof tokenSchema>
export type WireTestUser = v.InferOutput<typeof testUserSchema>

/** Undefined when a part that we use is missing or of the wrong kind; so for all functions of this file. */
export function readUser(json: unknown): Identity | undefined {
  const user = parse(userSchema, json)
  return (
    user && {
      userId: user.id,
      nickname: user.nickname,
      email: user.email,
      siteId: user.site_id,
      tags: user.tags,
      isTestUser: user.tags.includes('test_user'),
    }
  )
}

export function readTestUser(json: unknown): WireTestUser | undefined {
  return parse(testUserSchema, json)
}

/** An answer of the token endpoint, evened out: both notations of numbers, and null or "" for a missing refresh token. */
export function readToken(json: unknown): WireToken | undefined {
  return parse(tokenSchema, json)
}

/** `user_id`, else the digits that an access token ends in: `APP_USR-<app>-<date>-<hex>-<user>`. */
export function wireUserIdOf(token: WireToken): number | undefined {
  return token.user_id ?? parse(wireId, /-(\d+)$/.exec(token.access_token)?.[1])
}

/** What paging needs of any answer; null where the answer does not say. */
export function readPaging(json: unknown): {total: number | null; scrollId: string | null} {
  const page = parse(pagingSchema, json)
  return {total: page?.paging?.total ?? page?.total ?? null, scrollId: page?.scroll_id ?? null}
}

/** `2026-01-02T03:04:05.000Z` of items and `...-04:00` of users and orders; anything else is null. */
export function readDate(value: unknown): Date | null {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)$/.test(value)) return null
  const date = new Date(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  return Number.isNaN(date.getTime()) ? null : date
}

function parse<T extends v.GenericSchema>(schema: T, json: unknown): v.InferOutput<T> | undefined {
  const result = v.safeParse(schema, json)
  return result.success ? result.output : undefined
}
