import type {VirtualClock} from './clock.js'
import type {Random} from './random.js'

/** The user and the application of an access token. */
export interface Caller {
  userId: number
  siteId: string
  isTestUser: boolean
  appId: number
  scopes: readonly string[]
  /** Tags of the account, some of which change how it sells. */
  tags?: readonly string[]
}

export interface User {
  id: number
  nickname: string
  password: string
  siteId: string
  email: string
  firstName: string
  lastName: string
  tags: string[]
  /** The real account that created this test user; null for a real account. */
  createdBy: number | null
  /** The seller this collaborator works for; null for an account of its own. */
  operatorOf: number | null
  /** Epoch milliseconds of virtual time. */
  registeredAt: number
  lastActiveAt: number
}

export interface NewUser {
  siteId: string
  nickname?: string
  tags?: string[]
  operatorOf?: number
  /** An id above 2^31, as accounts of recent years have. */
  recent?: boolean
}

/** Test users are removed after 60 days without activity (docs/mercadolibre.md, section 4). */
const idleLimitMs = 60 * 24 * 60 * 60 * 1000

export function isTestUser(user: User): boolean {
  return user.createdBy !== null
}

/** All accounts. Reading first removes idle test users. */
export class Users {
  private readonly byId = new Map<number, User>()

  constructor(
    private readonly clock: VirtualClock,
    private readonly random: Random,
  ) {}

  addReal({siteId, nickname, tags, operatorOf, recent}: NewUser): User {
    const name = nickname ?? `VENDEDOR${this.random.integer(100_000, 999_999)}`
    return this.add({
      id: recent ? this.newId(2_200_000_000, 4_200_000_000) : this.newId(100_000_000, 999_999_999),
      nickname: name,
      password: `real-${this.random.hex(10)}`,
      siteId,
      email: `${name.toLowerCase().replace(/[^a-z0-9]+/g, '.')}@example.com`,
      firstName: 'Andrea',
      lastName: 'Salazar',
      tags: tags ?? ['normal', 'user_info_verified'],
      createdBy: null,
      operatorOf: operatorOf ?? null,
    })
  }

  /** The id is above 2^31, as ids of new accounts are (docs/mercadolibre.md, section 0). */
  addTest(createdBy: number, siteId: string): User {
    const id = this.newId(2_200_000_000, 4_200_000_000)
    return this.add({
      id,
      nickname: `TEST${this.random.hex(8).toUpperCase()}`,
      password: `qatest${this.random.integer(1000, 9999)}`,
      siteId,
      email: `test_user_${id}@testuser.com`,
      firstName: 'Test',
      lastName: 'Test',
      tags: ['normal', 'test_user'],
      createdBy,
      operatorOf: null,
    })
  }

  get(id: number): User | undefined {
    this.purge()
    return this.byId.get(id)
  }

  /** By id or by nickname, ignoring case. */
  find(reference: string | number): User | undefined {
    this.purge()
    const text = String(reference).trim()
    const byId = this.byId.get(Number(text))
    if (byId !== undefined) return byId
    return [...this.byId.values()].find(({nickname}) => nickname.toLowerCase() === text.toLowerCase())
  }

  list(): User[] {
    this.purge()
    return [...this.byId.values()]
  }

  testUsersOf(ownerId: number): User[] {
    return this.list().filter(({createdBy}) => createdBy === ownerId)
  }

  touch(user: User): void {
    user.lastActiveAt = this.clock.now().getTime()
  }

  changePassword(user: User): string {
    user.password = `changed-${this.random.hex(10)}`
    return user.password
  }

  export(): User[] {
    return this.list()
  }

  import(users: readonly User[]): void {
    this.byId.clear()
    for (const user of users) this.byId.set(user.id, {...user})
  }

  private add(fields: Omit<User, 'registeredAt' | 'lastActiveAt'>): User {
    const now = this.clock.now().getTime()
    const user = {...fields, registeredAt: now, lastActiveAt: now}
    this.byId.set(user.id, user)
    return user
  }

  private newId(min: number, max: number): number {
    let id = this.random.integer(min, max)
    while (this.byId.has(id)) id = this.random.integer(min, max)
    return id
  }

  private purge(): void {
    const oldest = this.clock.now().getTime() - idleLimitMs
    for (const user of this.byId.values()) {
      if (isTestUser(user) && user.lastActiveAt < oldest) this.byId.delete(user.id)
    }
  }
}
