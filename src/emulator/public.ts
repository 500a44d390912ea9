import type {PkceMode} from './model/applications.js'
import type {FaultRule} from './model/faults.js'
import type {RateLimitShape} from './model/rate-limiter.js'
import type {LoggedRequest, MissingRoute} from './model/request-log.js'
import type {Profile} from './model/settings.js'

export type {Fault, FaultRule} from './model/faults.js'
export type {LoggedRequest, MissingRoute, PkceMode, Profile, RateLimitShape}

export interface EmulatorOptions extends WorldOptions {
  /** 0, the default, takes any free port. */
  port?: number
  /** 127.0.0.1 by default; anything but loopback is refused. */
  host?: string
  /** Taken up at the start when it exists, and written when the emulator is closed. */
  stateFile?: string
}

/** What the emulated service is like at its beginning. */
export interface WorldOptions {
  /** The same seed gives the same ids, tokens and catalogue. */
  seed?: number
  /** The virtual time to begin at; the machine's time by default. */
  start?: Date
  /** Site of the seeded accounts; MEC by default. */
  site?: string
  /** Listings of the first seller; none by default. */
  items?: number
  /** About how many bytes of JSON each of them takes. */
  itemBytes?: number
  /** Real milliseconds before each answer. */
  latencyMs?: number
  /** Per client id and minute of virtual time; no limit by default. */
  rateLimitPerMinute?: number
  rateLimitShape?: RateLimitShape
  /** `observed`, the default: what captured answers show; `documented`: what the pages say. */
  profile?: Profile
  /** Single settings by name, as `GET /_emulator/settings` shows them; they win over the profile. */
  settings?: Readonly<Record<string, unknown>>
  /** Instead of the default ones; the first is the emulator's `redirectUri`. */
  redirectUris?: string[]
  /** `optional` by default. */
  pkce?: PkceMode
  /** False: no refresh tokens. */
  offlineAccess?: boolean
  /** Where its application gets its notifications; none are sent by default. */
  notificationsUrl?: string
  /** Which notifications; those of `items` by default. */
  topics?: string[]
  /** Called once for each route that is asked for and not emulated. */
  onNotEmulated?: (route: MissingRoute) => void
}

/** A local Mercado Libre that is running. Tests of other programs see this much of it. */
export interface Emulator {
  readonly url: string
  readonly port: number
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUri: string
  /** The environment that points a program at it. */
  readonly env: Record<string, string>
  readonly clock: {now(): Date}
  /** What goes wrong: the first rule that matches a request decides about it. */
  readonly faults: {add(rule: FaultRule): unknown; clear(): void}
  /** The requests that were answered or dropped so far, without tokens, bodies and values of the query. */
  readonly requests: readonly LoggedRequest[]
  /** The routes that were asked for and are not emulated, in the order in which they first were. */
  readonly notEmulated: readonly MissingRoute[]
  /**
   * An access token for an account, as if it had just allowed the application; the first seller when none is named.
   * @throws RangeError when nobody has this id or nickname
   */
  token(user?: string | number): string
  /** Does what a person does on the consent page; resolves to the address the browser would end on. */
  consent(authorizationUrl: string, options?: {user?: string | number; deny?: boolean}): Promise<string>
  /** Skips virtual time. */
  advance(ms: number): void
  /**
   * Begins anew at the same address, as if it had just been started with these options, or with those that it last began with:
   * new accounts, tokens, items, faults, requests and time. Takes about a millisecond, so that one emulator can serve many tests.
   * @throws RangeError as startEmulator does, with nothing changed
   */
  reset(options?: WorldOptions): Promise<void>
  close(): Promise<void>
}

/**
 * Starts a Mercado Libre of one's own on loopback.
 * @throws RangeError when asked to listen anywhere else, or for an unknown site or setting
 */
export declare function startEmulator(options?: EmulatorOptions): Promise<Emulator>
