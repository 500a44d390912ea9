import {type Html, html} from './html.js'
import type {Language} from './texts.js'

const [secondMs, minuteMs, hourMs, dayMs] = [1_000, 60_000, 3_600_000, 86_400_000]

/** Brazil's Portuguese; Spanish of no country in particular. */
const locales: Readonly<Record<Language, string>> = {es: 'es-419', pt: 'pt-BR', en: 'en'}

/** What `Intl` has no words for: two units ahead, and two ago. */
const distances: Readonly<Record<Language, readonly [ahead: (size: string) => string, ago: (size: string) => string]>> =
  {
    es: [(size) => `dentro de ${size}`, (size) => `hace ${size}`],
    pt: [(size) => `em ${size}`, (size) => `há ${size}`],
    en: [(size) => `in ${size}`, (size) => `${size} ago`],
  }

/** Numbers, dates and times as people of a language write them. Times are UTC: a page without scripts does not know where it is read. */
export class Formats {
  readonly #locale: string
  readonly #relative: Intl.RelativeTimeFormat
  readonly #number: Intl.NumberFormat

  constructor(
    private readonly language: Language,
    private readonly now: Date,
  ) {
    this.#locale = locales[language]
    this.#relative = new Intl.RelativeTimeFormat(this.#locale, {numeric: 'auto'})
    this.#number = new Intl.NumberFormat(this.#locale)
  }

  number(value: number): string {
    return this.#number.format(value)
  }

  /** `5 minutes ago`, with the time itself for whoever points at it, and for programs. */
  ago(iso: string): Html {
    return html`<time datetime="${iso}" title="${this.exact(iso)}">${this.#distance(Date.parse(iso) - this.now.getTime())}</time>`
  }

  /** Within a minute, or already. */
  isNow(iso: string): boolean {
    return Date.parse(iso) - this.now.getTime() < minuteMs
  }

  exact(iso: string): string {
    return `${this.#date(iso, {dateStyle: 'medium', timeStyle: 'short'})} UTC`
  }

  /** Of `2026-03-01`. */
  day(day: string): string {
    return this.#date(`${day}T12:00:00Z`, {day: 'numeric', month: 'short'})
  }

  hour(iso: string): string {
    return this.#date(iso, {day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23'})
  }

  /** The two units that matter, such as `2 h 5 min`. */
  duration(ms: number): string {
    if (ms < 10 * secondMs) return this.#unit(Math.floor(ms / 100) / 10, 'second')
    if (ms < minuteMs) return this.#unit(Math.floor(ms / secondMs), 'second')
    if (ms < hourMs) return this.#two(ms, ['minute', minuteMs], ['second', secondMs])
    return ms < 2 * dayMs
      ? this.#two(ms, ['hour', hourMs], ['minute', minuteMs])
      : this.#two(ms, ['day', dayMs], ['hour', hourMs])
  }

  #two(ms: number, [big, bigMs]: [string, number], [small, smallMs]: [string, number]): string {
    const whole = Math.floor(ms / bigMs)
    const rest = Math.floor((ms - whole * bigMs) / smallMs)
    return rest === 0 ? this.#unit(whole, big) : `${this.#unit(whole, big)} ${this.#unit(rest, small)}`
  }

  #unit(value: number, unit: string): string {
    return new Intl.NumberFormat(this.#locale, {style: 'unit', unit, unitDisplay: 'short'}).format(value)
  }

  #distance(ms: number): string {
    const size = Math.abs(ms)
    const minutes = Math.floor(size / minuteMs)
    // Almost six hours are not five.
    if (minutes > 60 && size < dayMs && minutes % 60 > 0) {
      const [ahead, ago] = distances[this.language]
      return (ms > 0 ? ahead : ago)(this.#two(size, ['hour', hourMs], ['minute', minuteMs]))
    }
    const [unit, unitMs] =
      size < minuteMs
        ? (['second', secondMs] as const)
        : size < hourMs
          ? (['minute', minuteMs] as const)
          : size < 2 * dayMs
            ? (['hour', hourMs] as const)
            : (['day', dayMs] as const)
    // Under a minute nobody counts.
    return this.#relative.format(unit === 'second' ? 0 : Math.trunc(ms / unitMs), unit)
  }

  #date(iso: string, options: Intl.DateTimeFormatOptions): string {
    return new Intl.DateTimeFormat(this.#locale, {...options, timeZone: 'UTC'}).format(new Date(iso))
  }
}
