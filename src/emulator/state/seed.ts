import type {PkceMode} from './applications.js'
import type {World} from './world.js'

export interface SeedOptions {
  redirectUris?: readonly string[]
  pkce?: PkceMode
  offlineAccess?: boolean
  items?: number
  itemBytes?: number
}

const defaultRedirectUris = [
  'https://example.com/callback',
  'http://localhost:53682/callback',
  'https://localhost:53682/callback',
] as const

/** The world at its beginning: a seller who owns one application, a second seller, and a collaborator of the first. */
export function seedWorld(world: World, options: SeedOptions = {}): void {
  const {siteId, users, applications} = world
  const seller = users.addReal({siteId, nickname: 'TIENDA_ANDINA'})
  users.addReal({siteId, nickname: 'CASA_DEL_SUR', recent: true})
  users.addReal({siteId, nickname: 'OPERADOR_ANDINA', tags: ['normal'], operatorOf: seller.id, recent: true})
  applications.add({
    name: 'Emulated application',
    ownerId: seller.id,
    siteId,
    redirectUris: [...(options.redirectUris ?? defaultRedirectUris)],
    pkce: options.pkce ?? 'optional',
    scopes: options.offlineAccess === false ? ['read', 'write'] : ['offline_access', 'read', 'write'],
  })
  const {items = 0, itemBytes} = options
  const owner = {userId: seller.id, siteId, isTestUser: false}
  if (items > 0) world.catalogue.seed(owner, items, itemBytes === undefined ? {} : {bytes: itemBytes})
}
