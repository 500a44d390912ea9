import {MeliError} from '../../../core/errors.js'
import type {AccountStore, Clock, TestUser, TestUserRole, TestUserState, TestUserStore} from '../../ports/index.js'
import {type Adoption, type AdoptionFlags, parseAdoption} from './adoption.js'
import {type Quota, quotaOf, verificationCode} from './ledger.js'

export interface TestUserView {
  id: number | null
  nickname: string | null
  site_id: string
  role: TestUserRole
  site_status: string | null
  state: TestUserState
  /** Has authorized the application, so that --sandbox can act as it. */
  connected: boolean
  owner_user_id: number | null
  intent_id: string
  created_at: string
}

export interface TestUserList {
  test_users: TestUserView[]
  quotas: Array<Quota & {owner_user_id: number}>
}

export interface TestUserSecrets extends TestUserView {
  password: string
  verification_code: string
}

/** The vault of test users: the service can neither list them nor show a password again. */
export class TestUserVault {
  constructor(private readonly deps: {testUsers: TestUserStore; accounts: Pick<AccountStore, 'list'>; clock: Clock}) {}

  async list(): Promise<TestUserList> {
    const users = await this.deps.testUsers.list()
    const connected = await this.connectedIds()
    const owners = [...new Set(users.map((u) => u.ownerUserId).filter((id) => id !== null))]
    return {
      test_users: users.filter((u) => u.state !== 'failed' && u.state !== 'forgotten').map((u) => view(u, connected)),
      quotas: owners.map((id) => ({owner_user_id: id, ...quotaOf(users, id)})),
    }
  }

  async show(nicknameOrId: string): Promise<TestUserSecrets> {
    const user = await this.deps.testUsers.reveal(nicknameOrId)
    if (user === undefined) throw unknown(nicknameOrId)
    return {
      ...view(user, await this.connectedIds()),
      password: user.password,
      verification_code: verificationCode(user.userId),
    }
  }

  /** Takes in a test user that was made elsewhere. */
  async adopt(adoption: Adoption): Promise<TestUserSecrets> {
    await this.deps.testUsers.adopt({...adoption, at: this.deps.clock.now()})
    return this.show(String(adoption.userId))
  }

  /** The same out of text and flags; see parseAdoption. */
  adoptText(text: string, flags: AdoptionFlags): Promise<TestUserSecrets> {
    return this.adopt(parseAdoption(text, flags))
  }

  /** Here alone: the service deletes none, so it goes on counting. */
  async forget(nicknameOrId: string): Promise<{forgotten: string}> {
    if (!(await this.deps.testUsers.forget(nicknameOrId, this.deps.clock.now()))) throw unknown(nicknameOrId)
    return {forgotten: nicknameOrId}
  }

  private async connectedIds(): Promise<ReadonlySet<number>> {
    const accounts = await this.deps.accounts.list()
    return new Set(accounts.filter((a) => a.isTestUser && a.status === 'active').map((a) => a.userId))
  }
}

function view(user: TestUser, connected: ReadonlySet<number>): TestUserView {
  return {
    id: user.userId,
    nickname: user.nickname,
    site_id: user.siteId,
    role: user.role,
    site_status: user.siteStatus,
    state: user.state,
    connected: user.userId !== null && connected.has(user.userId),
    owner_user_id: user.ownerUserId,
    intent_id: user.intentId,
    created_at: user.createdAt.toISOString(),
  }
}

function unknown(nicknameOrId: string): MeliError {
  return new MeliError('MELI_ACCOUNT_UNKNOWN', `no test user called ${nicknameOrId} is stored here`, {
    try: ['meli test-users list'],
  })
}
