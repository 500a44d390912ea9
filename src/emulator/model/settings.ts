import type {FastifyInstance} from 'fastify'
import {badRequest} from './api-error.js'
import {isFields} from './json.js'

/** Judges the values of a setting, and says in words what they are. */
export interface Fits {
  (value: unknown): boolean
  values: string
}

export function fits(values: string, judge: (value: unknown) => boolean): Fits {
  return Object.assign((value: unknown) => judge(value), {values})
}

/** The values of each setting: one of a list, or whatever fits. */
export type Rules<T> = {readonly [Name in keyof T]: readonly unknown[] | Fits}

export interface Change<T> {
  (settings: T, change: unknown): void
  rules: Rules<T>
}

/** Changes the named settings; an unknown name or value is a 400 and changes nothing. */
export function changerOf<T extends object>(rules: Rules<T>): Change<T> {
  return Object.assign(
    (settings: T, change: unknown) => {
      const named = new NamedSettings([{settings, rules}])
      refuseAs400(() => named.change(change))
    },
    {rules},
  )
}

function isWhole(value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most
}

export const isCount = fits('a whole number', (value) => isWhole(value, 0))

/** A count, or no limit at all. */
export const isCountOrNull = fits('a whole number or null', (value) => value === null || isWhole(value, 0))

export const isAmount = fits(
  'a number from 0',
  (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
)

export function wholeNumber(least: number, most: number): Fits {
  return fits(`a whole number from ${least} to ${most}`, (value) => isWhole(value, least, most))
}

export function wholeNumberOrNull(least: number, most: number): Fits {
  return fits(
    `a whole number from ${least} to ${most}, or null`,
    (value) => value === null || isWhole(value, least, most),
  )
}

/** What the file `settings.ts` of an area exports. */
export interface SettingsFile<T extends object> {
  /** The values of the profile `observed`: what captured answers show. */
  defaultSettings(): T
  changeSettings: Change<T>
  /** What the profile `documented` changes. */
  documented?: Partial<T>
}

type Rule = readonly unknown[] | Fits

/** The live settings of one area. */
export interface Area {
  settings: object
  rules: Readonly<Record<string, Rule>>
  defaults?: object
  documented?: object
  /** Is called after each change. */
  changed?: () => void
}

export function areaOf<T extends object>(file: SettingsFile<T>, settings: T, changed?: () => void): Area {
  return {
    settings,
    rules: file.changeSettings.rules,
    defaults: file.defaultSettings(),
    ...(file.documented && {documented: file.documented}),
    ...(changed && {changed}),
  }
}

interface Setting {
  area: Area
  /** As the area calls it. */
  key: string
  rule: Rule
}

/** A setting for a table: its values in words, and its value in each profile. */
export interface DescribedSetting {
  name: string
  values: string
  observed: unknown
  documented: unknown
}

/** Sets of defaults. The setting `profile` has these values, and stands for all settings in which they differ. */
export const profiles = ['observed', 'documented'] as const
export type Profile = (typeof profiles)[number]

/**
 * The settings of one or more areas under one set of names. They are snake_case outside; the spelling of the code is
 * understood too, and so is a value given as text.
 */
export class NamedSettings {
  private readonly byName = new Map<string, Setting>()

  constructor(areas: readonly Area[]) {
    for (const area of areas) {
      for (const [key, rule] of Object.entries(area.rules)) {
        const name = snakeCase(key)
        if (this.byName.has(name)) throw new Error(`two areas have a setting ${name}`)
        this.byName.set(name, {area, key, rule})
      }
    }
  }

  view(): Record<string, unknown> {
    return Object.fromEntries([...this.byName].map(([name, {area, key}]) => [name, fieldOf(area.settings, key)]))
  }

  describe(): DescribedSetting[] {
    return [...this.byName].map(([name, {area, key, rule}]) => {
      const observed = fieldOf(area.defaults, key)
      return {name, values: wordsFor(rule), observed, documented: documentedValue(area, key) ?? observed}
    })
  }

  /**
   * Changes all or nothing. A `profile` among them first sets what the profiles differ in, and leaves the rest alone.
   * @throws RangeError that names the known settings, or the values of one
   */
  change(changes: unknown): void {
    if (!isFields(changes)) throw new RangeError('Settings must be an object of names and values')
    const read = Object.entries(changes).map(([name, value]) => this.read(name, value))
    const profile = read.find(({setting: {rule}}) => rule === profiles)?.value
    if (profile !== undefined) this.useProfile(profile === 'documented')
    for (const {setting, value} of read) assign(setting, value)
    for (const {changed} of new Set([...this.byName.values()].map(({area}) => area))) changed?.()
  }

  private read(name: string, raw: unknown): {setting: Setting; value: unknown} {
    const setting = this.byName.get(snakeCase(name))
    if (setting === undefined)
      throw new RangeError(`Unknown setting ${name}; the settings are ${[...this.byName.keys()].sort().join(', ')}`)
    const value = readings(raw).find((reading) => matches(setting.rule, reading.value))
    if (value === undefined)
      throw new RangeError(
        `${typeof raw === 'string' ? raw : JSON.stringify(raw)} is not a value of ${name}: use ${wordsFor(setting.rule)}`,
      )
    return {setting, value: value.value}
  }

  private useProfile(isDocumented: boolean): void {
    for (const setting of this.byName.values()) {
      const documented = documentedValue(setting.area, setting.key)
      if (documented === undefined) continue
      assign(setting, isDocumented ? documented : fieldOf(setting.area.defaults, setting.key))
    }
  }
}

function assign({area, key}: Setting, value: unknown): void {
  Object.assign(area.settings, {[key]: value})
}

function documentedValue({documented}: Area, key: string): unknown {
  return fieldOf(documented, key)
}

function fieldOf(fields: object | undefined, key: string): unknown {
  return fields !== undefined && Object.hasOwn(fields, key) ? (fields as Record<string, unknown>)[key] : undefined
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function matches(rule: Rule, value: unknown): boolean {
  return typeof rule === 'function' ? rule(value) : rule.includes(value)
}

function wordsFor(rule: Rule): string {
  return typeof rule === 'function' ? rule.values : rule.join(', ')
}

/** The value itself; for a text also what it is as JSON and as a list with commas. */
function readings(raw: unknown): {value: unknown}[] {
  if (typeof raw !== 'string') return [{value: raw}]
  const list = raw.split(',').filter((part) => part !== '')
  return [{value: raw}, ...asJson(raw), {value: list}]
}

function asJson(text: string): {value: unknown}[] {
  try {
    return [{value: JSON.parse(text)}]
  } catch {
    return []
  }
}

/** Runs a change of settings for a request. */
function refuseAs400(change: () => void): void {
  try {
    change()
  } catch (error) {
    throw error instanceof RangeError ? badRequest(error.message) : error
  }
}

/** `GET` shows those of one area, `POST` changes them. */
export function registerSettings<T extends object>(
  app: FastifyInstance,
  path: string,
  settings: () => T,
  {rules}: Change<T>,
): void {
  registerNamedSettings(app, path, () => new NamedSettings([{settings: settings(), rules}]))
}

export function registerNamedSettings(app: FastifyInstance, path: string, named: () => NamedSettings): void {
  app.get(path, () => named().view())
  app.post(path, (request) => {
    const settings = named()
    refuseAs400(() => settings.change(request.body ?? {}))
    return settings.view()
  })
}
