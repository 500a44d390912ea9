import type {AddressInfo} from 'node:net'
import {createApp} from './app.js'
import {giveConsent} from './model/authorization.js'
import type {VirtualClock} from './model/clock.js'
import type {FaultScript} from './model/faults.js'
import type {LoggedRequest, MissingRoute} from './model/request-log.js'
import {loadState, saveState} from './model/state.js'
import type {World} from './model/world.js'
import {applyOptions, checkOptions, emptyWorld, newWorld, resetWorld} from './model/world.js'
import type {EmulatorOptions, Emulator as PublicEmulator, WorldOptions} from './public.js'

export {type DescribedSetting, listSettings} from './model/settings.js'
export type {
  EmulatorOptions,
  Fault,
  FaultRule,
  MissingRoute,
  PkceMode,
  Profile,
  RateLimitShape,
  WorldOptions,
} from './public.js'
export type {LoggedRequest, VirtualClock, World}

/** The emulator with its world, for this program's own commands and tests. */
export interface Emulator extends PublicEmulator {
  readonly clock: VirtualClock
  /** A reset replaces its parts by new objects. */
  readonly world: World
}

/**
 * Starts a local Mercado Libre on loopback.
 * @throws RangeError when asked to listen anywhere else, or for an unknown site or setting
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const {host = '127.0.0.1', port = 0, stateFile} = options
  if (!isLoopback(host)) throw new RangeError(`the emulator listens on loopback only, not on ${host}`)
  const world = await firstWorld(options)
  const app = createApp(world)
  await app.listen({host, port})
  const address = app.server.address() as AddressInfo
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
  return new RunningEmulator(world, url, address.port, async () => {
    await app.close()
    if (stateFile !== undefined) await saveState(world, stateFile)
  })
}

async function firstWorld({stateFile, ...options}: EmulatorOptions): Promise<World> {
  checkOptions(options)
  const world = emptyWorld(options)
  if (stateFile === undefined || !(await loadState(world, stateFile))) return newWorld(options)
  applyOptions(world, options)
  return world
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

class RunningEmulator implements Emulator {
  private closing: Promise<void> | undefined

  constructor(
    readonly world: World,
    readonly url: string,
    readonly port: number,
    private readonly stop: () => Promise<void>,
  ) {}

  get clock(): VirtualClock {
    return this.world.clock
  }

  get clientId(): string {
    return String(this.world.applications.first().id)
  }

  get clientSecret(): string {
    return this.world.applications.first().secret
  }

  get redirectUri(): string {
    return this.world.applications.first().redirectUris[0] ?? ''
  }

  get faults(): FaultScript {
    return this.world.faults
  }

  get requests(): readonly LoggedRequest[] {
    return this.world.requests.list()
  }

  get notEmulated(): readonly MissingRoute[] {
    return this.world.notEmulated.list()
  }

  get env(): Record<string, string> {
    return {
      MELI_CLIENT_ID: this.clientId,
      MELI_CLIENT_SECRET: this.clientSecret,
      MELI_REDIRECT_URI: this.redirectUri,
      MELI_API_URL: this.url,
      MELI_AUTH_URL: this.url,
      MELI_SITE: this.world.siteId,
    }
  }

  token(user?: string | number): string {
    return this.world.token(user)
  }

  async consent(authorizationUrl: string, options: {user?: string | number; deny?: boolean} = {}): Promise<string> {
    return giveConsent(this.world, authorizationUrl, options)
  }

  advance(ms: number): void {
    this.world.clock.advance(ms)
  }

  async reset(options?: WorldOptions): Promise<void> {
    await resetWorld(this.world, options)
  }

  close(): Promise<void> {
    this.closing ??= this.stop()
    return this.closing
  }
}
