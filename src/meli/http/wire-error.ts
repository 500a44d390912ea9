import * as v from 'valibot'
import type {HttpAnswer} from './http-types.js'
import {plainLine} from './text.js'

const text = v.fallback(v.optional(v.string()), undefined)

const bodySchema = v.object({
  message: text,
  error: text,
  error_description: text,
  code: text,
  blocked_by: text,
  // Absent, a text (often empty), one reason, or a list of them.
  cause: v.optional(
    v.pipe(
      v.unknown(),
      v.transform((cause): unknown[] => (Array.isArray(cause) ? cause : [cause])),
    ),
    [],
  ),
})

const code = v.fallback(v.optional(v.union([v.string(), v.pipe(v.number(), v.transform(String))])), undefined)
const causeSchema = v.union([v.string(), v.object({code, message: text, type: text})])

/** What an error body says, whatever its shape; empty strings where it says nothing. Redacted, one line each. */
export interface ServiceError {
  /** Machine code: `error`, else `code`. */
  error: string
  /** `message`, else `error_description`, else a body that is plain text. */
  message: string
  blockedBy: string
  causes: string[]
}

/** Tolerates any body: none, plain text, HTML, JSON of another shape. */
export function readServiceError(answer: HttpAnswer): ServiceError {
  const clean = (words: string | undefined) => plainLine(answer.redact(words ?? ''))
  const json = tryJson(answer.text)
  const result = v.safeParse(bodySchema, json)
  if (!result.success) {
    const words = typeof json === 'string' ? json : answer.text
    return {error: '', message: /^\s*</.test(words) ? '' : clean(words.slice(0, 2000)), blockedBy: '', causes: []}
  }
  const body = result.output
  const isSentence = Boolean(body.code) && /\s/.test(body.error ?? '')
  return {
    // `error` is a code, except where `code` stands beside it: then it may be the sentence.
    error: clean(isSentence ? body.code : body.error || body.code),
    message: clean(body.message || body.error_description || (isSentence ? body.error : '')),
    blockedBy: clean(body.blocked_by),
    causes: body.cause.slice(0, 5).flatMap((cause) => {
      const words = clean(causeWords(cause))
      return words === '' ? [] : [words]
    }),
  }
}

/** One reason of several; empty where it says nothing. */
export interface Cause {
  code: string
  message: string
}

/**
 * The reasons that an error body gives, without its warnings; redacted, at most 20. The code stands in each cause, or, where
 * there is none, in the body itself. docs/mercadolibre.md, section 6.4.
 */
export function readCauses(answer: Pick<HttpAnswer, 'text' | 'redact'>): Cause[] {
  const result = v.safeParse(bodySchema, tryJson(answer.text))
  if (!result.success) return []
  const {cause, error, code, message} = result.output
  const listed = cause.slice(0, 20).flatMap(readCause)
  const whole = {code: error || code || '', message: message ?? ''}
  const causes = listed.some((each) => each.code !== '') ? listed : [...listed, whole]
  return causes
    .map((each) => ({code: plainLine(answer.redact(each.code)), message: plainLine(answer.redact(each.message))}))
    .filter((each) => each.code !== '' || each.message !== '')
}

function readCause(cause: unknown): Cause[] {
  const read = v.safeParse(causeSchema, cause)
  if (!read.success) return []
  if (typeof read.output === 'string') return [{code: '', message: read.output}]
  const {code = '', message = '', type} = read.output
  return type === 'warning' ? [] : [{code, message}]
}

function causeWords(cause: unknown): string {
  const result = v.safeParse(causeSchema, cause)
  if (!result.success) return ''
  if (typeof result.output === 'string') return result.output
  const {code, message, type} = result.output
  return [type === 'warning' ? 'warning' : '', code ?? '', message ?? ''].filter((part) => part !== '').join(' - ')
}

function tryJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
