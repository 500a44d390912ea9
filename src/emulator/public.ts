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
  /** Loaded at the start when it exists, and written on close. */
  stateFile?: string
}

/** The emulated service at its start. */
export interface WorldOptions {
  /** The same seed gives the same ids, tokens and catalogue. */
  seed?: number
  /** The virtual time to begin at; the machine's time by default. */
  start?: Date
  /** Site of the seeded accounts; MEC by default. */
  site?: string
  /** Listings of the first seller; none by default. */
  items?: number
  /** The approximate size of each listing's JSON in bytes. */
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
  /** Replace the default ones. The first is the emulator's `redirectUri`. */
  redirectUris?: string[]
  /** `optional` by default. */
  pkce?: PkceMode
  /** False: no refresh tokens. */
  offlineAccess?: boolean
  /** The address for notifications of its application; none are sent by default. */
  notificationsUrl?: string
  /** The topics of these notifications; `items` by default. */
  topics?: string[]
  /** Called at the first request for each route that is not emulated. */
  onNotEmulated?: (route: MissingRoute) => void
}

/** A running emulator, as tests of other programs see it. */
export interface Emulator {
  readonly url: string
  readonly port: number
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUri: string
  /** Environment variables that point a program at it. */
  readonly env: Record<string, string>
  readonly clock: {now(): Date}
  /** Scripted faults. The first rule that matches a request decides. */
  readonly faults: {add(rule: FaultRule): unknown; clear(): void}
  /** The requests that were answered or dropped so far, without tokens, bodies and values of the query. */
  readonly requests: readonly LoggedRequest[]
  /** Requested routes that are not emulated, in the order of their first request. */
  readonly notEmulated: readonly MissingRoute[]
  /**
   * An access token as if the account, the first seller by default, had just allowed the application.
   * @throws RangeError when there is no account with this id or nickname
   */
  token(user?: string | number): string
  /** Allows or denies as on the consent page. Resolves to the address to which the browser is redirected. */
  consent(authorizationUrl: string, options?: {user?: string | number; deny?: boolean}): Promise<string>
  /** Skips virtual time. */
  advance(ms: number): void
  /**
   * Starts anew at the same address with these options, or with those of the last start: new accounts, tokens, items, faults,
   * requests and time. Takes about a millisecond, so that one emulator can serve many tests.
   * @throws RangeError as startEmulator does, with nothing changed
   */
  reset(options?: WorldOptions): Promise<void>
  close(): Promise<void>
}

/**
 * Starts a local Mercado Libre on loopback.
 * @throws RangeError when asked to listen anywhere else, or for an unknown site or setting
 */
export declare function startEmulator(options?: EmulatorOptions): Promise<Emulator>
