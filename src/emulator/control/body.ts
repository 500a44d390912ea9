import {badRequest} from '../model/api-error.js'

/** A JSON body of the control API. A field it does not know is refused, so that a typing error does not pass for success. */
export class Body {
  private readonly fields: Record<string, unknown>

  constructor(raw: unknown, known: readonly string[]) {
    if (raw !== undefined && raw !== null && (typeof raw !== 'object' || Array.isArray(raw)))
      throw badRequest('the body must be an object')
    this.fields = {...raw}
    const unknown = Object.keys(this.fields).find((name) => !known.includes(name))
    if (unknown !== undefined) throw badRequest(`unknown field ${unknown}; known are ${known.join(', ')}`)
  }

  has(name: string): boolean {
    return this.fields[name] !== undefined
  }

  raw(name: string): unknown {
    return this.fields[name]
  }

  text(name: string): string | undefined {
    return this.read(name, 'text', (value): value is string => typeof value === 'string')
  }

  flag(name: string): boolean | undefined {
    return this.read(name, 'true or false', (value): value is boolean => typeof value === 'boolean')
  }

  /** A whole number, 0 or more. */
  count(name: string): number | undefined {
    return this.read(
      name,
      'a whole number',
      (value): value is number => Number.isSafeInteger(value) && Number(value) >= 0,
    )
  }

  /** The same as digits, since in a query everything is text. */
  digits(name: string): number | undefined {
    const text = this.text(name)
    if (text !== undefined && !/^\d{1,9}$/.test(text)) throw badRequest(`${name} must be a whole number`)
    return text === undefined ? undefined : Number(text)
  }

  texts(name: string): string[] | undefined {
    return this.read(
      name,
      'a list of texts',
      (value): value is string[] => Array.isArray(value) && value.every((entry) => typeof entry === 'string'),
    )
  }

  oneOf<T extends string | number>(name: string, choices: readonly T[]): T | undefined {
    return this.read(name, choices.join(' or '), (value): value is T => choices.some((choice) => choice === value))
  }

  /** A user id or a nickname. */
  reference(name: string): string | number | undefined {
    return this.read(
      name,
      'an id or a nickname',
      (value): value is string | number => typeof value === 'string' || typeof value === 'number',
    )
  }

  private read<T>(name: string, kind: string, fits: (value: unknown) => value is T): T | undefined {
    const value = this.fields[name]
    if (value === undefined) return undefined
    if (!fits(value)) throw badRequest(`${name} must be ${kind}`)
    return value
  }
}

/** So many rows of a list at once, unless a query asks for more. */
export const usualRows = 1000

/** The part of a list that a query asks for by `offset` and `limit`. */
export function pageOf<T>(rows: readonly T[], query: unknown): T[] {
  const body = new Body(query, ['offset', 'limit'])
  const offset = body.digits('offset') ?? 0
  return rows.slice(offset, offset + (body.digits('limit') ?? usualRows))
}

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Milliseconds of a text such as `6h`, `90s` or `1d12h`. */
export function durationMs(text: string): number {
  if (!/^(\d+(ms|s|m|h|d))+$/.test(text)) throw badRequest('a duration looks like 500ms, 90s, 30m, 6h, 60d or 1d12h')
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|s|m|h|d)/g))
    total += Number(amount) * (unitMs[unit ?? ''] ?? 0)
  return total
}
