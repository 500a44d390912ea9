import type {VirtualClock} from './clock.js'
import type {Random} from './random.js'

export type PkceMode = 'off' | 'optional' | 'required'

/** `message` is what production logs show, `error_description` what the official page prints (section 2.6). */
export type TokenErrorShape = 'message' | 'error_description'

export interface Application {
  id: number
  secret: string
  /** The secret before a scheduled rotation, still valid until then (epoch milliseconds). */
  oldSecret: {value: string; validUntil: number} | null
  name: string
  ownerId: number
  siteId: string
  redirectUris: string[]
  pkce: PkceMode
  scopes: string[]
  /** Functional permissions beside the scopes; `users` is always on (docs/mercadolibre.md, section 2.7). */
  permissions: string[]
  errorShape: TokenErrorShape
  createdAt: number
}

/** Functional permissions of a new application. The names are ours (docs/mercadolibre.md, section 2.7). */
const allPermissions = ['users', 'publish_sync', 'communication', 'sales_shipping'] as const

/** The names of permissions in the scope of a token (section 2.3), where `users` is never seen. */
const urns: Readonly<Record<string, string>> = {
  publish_sync: 'urn:ml:mktp:publish-sync:/read-write',
  communication: 'urn:ml:mktp:comunication:/read-write',
  sales_shipping: 'urn:ml:mktp:orders-shipments:/read-write',
}

export function urnsOf(permissions: readonly string[]): string[] {
  return permissions.flatMap((permission) => urns[permission] ?? [])
}

/** A scheduled rotation keeps the old secret for up to 7 days (docs/mercadolibre.md, section 2.4). */
const longestSecretGraceMs = 7 * 24 * 60 * 60 * 1000

export class Applications {
  private readonly byId = new Map<number, Application>()

  constructor(
    private readonly clock: VirtualClock,
    private readonly random: Random,
  ) {}

  /** The new id has 16 digits, as the service's ids do, and begins with 4200000, as no real one does. */
  add(fields: Pick<Application, 'name' | 'ownerId' | 'siteId' | 'redirectUris' | 'pkce' | 'scopes'>): Application {
    const app: Application = {
      ...fields,
      id: 4_200_000_000_000_000 + this.random.integer(1, 999_999_999),
      secret: this.random.hex(32),
      oldSecret: null,
      permissions: [...allPermissions],
      errorShape: 'message',
      createdAt: this.clock.now().getTime(),
    }
    this.byId.set(app.id, app)
    return app
  }

  get(id: number): Application | undefined {
    return this.byId.get(id)
  }

  /** The application that the world began with. */
  first(): Application {
    const [app] = this.byId.values()
    if (app === undefined) throw new Error('the world has no application')
    return app
  }

  accepts(app: Application, secret: string): boolean {
    if (secret === app.secret) return true
    const {oldSecret} = app
    return oldSecret !== null && secret === oldSecret.value && this.clock.now().getTime() < oldSecret.validUntil
  }

  /** Without `graceMs` the old secret is invalid at once. */
  rotateSecret(app: Application, graceMs = 0): string {
    app.oldSecret =
      graceMs > 0
        ? {value: app.secret, validUntil: this.clock.now().getTime() + Math.min(graceMs, longestSecretGraceMs)}
        : null
    app.secret = this.random.hex(32)
    return app.secret
  }

  export(): Application[] {
    return [...this.byId.values()]
  }

  import(apps: readonly Application[]): void {
    this.byId.clear()
    for (const app of apps) this.byId.set(app.id, {...app})
  }
}

/** True for https anywhere and for http on loopback, without a fragment (docs/mercadolibre.md, section 2.2). */
export function isRegistrableRedirect(uri: string): boolean {
  if (!URL.canParse(uri)) return false
  const {protocol, hostname, hash} = new URL(uri)
  if (hash !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname))
}
