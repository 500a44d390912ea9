import {isMeliError, MeliError} from '../../../core/errors.js'
import type {CreatedTestUser, MercadoLibre, Protect, Terminal, TestUserRole, TestUserStore} from '../../ports/index.js'
import type {Author, Writer} from '../../writes/writer.js'
import {beforeSending, type OneTimeAnswer, type OneTimeAnswerDeps, withOneTimeAnswer} from '../auth/one-time-answer.js'
import {assertKind, type Sessions} from '../sessions.js'
import {type Quota, quotaOf, verificationCode} from './ledger.js'

export interface CreatedTestUserView {
  id: number
  nickname: string
  /** Shown because that is the command's purpose; stored sealed. */
  password: string
  site_id: string
  role: TestUserRole
  site_status: string | null
  verification_code: string
}

export interface CreateTestUserResult {
  test_users: CreatedTestUserView[]
  quota: Quota
}

export interface CreateTestUserOptions {
  account?: string | undefined
  siteId: string
  roles: readonly TestUserRole[]
}

export interface CreateTestUserDeps extends OneTimeAnswerDeps {
  sessions: Sessions
  testUsers: TestUserStore
  terminal: Pick<Terminal, 'reveal'>
  writer: Pick<Writer, 'record'>
  protect: Protect
}

/** Creates test users in the name of a real account. What the service shows once is stored before it is shown. */
export class CreateTestUsers {
  constructor(private readonly deps: CreateTestUserDeps) {}

  async run({account, siteId, roles}: CreateTestUserOptions): Promise<CreateTestUserResult> {
    const {api, userId: ownerUserId} = await this.deps.sessions.open({account, sandbox: false})
    // The first write of this process: what the service says of the account must agree, not just our row.
    const {identity} = await api.me()
    assertKind(identity, false)

    const made: CreatedTestUserView[] = []
    for (const role of roles) {
      try {
        made.push(await this.deps.protect(() => this.create(api, identity, siteId, role)))
      } catch (error) {
        throw made.length === 0 ? error : withMade(error, made)
      }
    }
    return {test_users: made, quota: quotaOf(await this.deps.testUsers.list(), ownerUserId)}
  }

  private async create(
    api: MercadoLibre,
    owner: Author,
    siteId: string,
    role: TestUserRole,
  ): Promise<CreatedTestUserView> {
    return withOneTimeAnswer(this.deps, async (answer) => {
      let unstored: {reason: unknown} | undefined
      let stored: CreatedTestUserView | undefined
      try {
        await this.written(owner, siteId, async () => {
          const intended = {ownerUserId: owner.userId, siteId, role}
          const {intentId, created} = await this.make(api, intended, answer)
          // Stored before the log has the end of it: nothing may come between these credentials and the store.
          await this.store(intentId, created, answer).then(
            () => {
              stored = view(created, siteId, role)
            },
            (reason: unknown) => {
              unstored = {reason}
            },
          )
        })
      } catch (error) {
        // Only the log failed: the user exists, and what became of it comes first.
        if (unstored === undefined) throw stored === undefined ? error : withMade(error, [stored])
      }
      if (stored === undefined) throw unstored?.reason
      return stored
    })
  }

  private async make(
    api: MercadoLibre,
    intended: {ownerUserId: number; siteId: string; role: TestUserRole},
    answer: OneTimeAnswer,
  ): Promise<{intentId: string; created: CreatedTestUser}> {
    const {testUsers, clock} = this.deps
    const {siteId, ownerUserId} = intended
    const intentId = await beforeSending(() => testUsers.intend({...intended, at: clock.now()}))
    try {
      return {intentId, created: await api.createTestUser(siteId)}
    } catch (error) {
      if (refused(error)) await answer.tidy(() => testUsers.fail(intentId, clock.now()))
      throw isMeliError(error, 'MELI_TEST_USER_LIMIT') ? await this.explainLimit(error, ownerUserId) : error
    }
  }

  /** In the log of writes, without what comes back. */
  private written<T>(owner: Author, siteId: string, send: () => Promise<T>) {
    const path = '/users/test_user'
    const write = {
      ...{command: 'create-test-user', action: 'request' as const, subject: path},
      request: {method: 'POST' as const, path, body: {site_id: siteId}},
    }
    return this.deps.writer.record(owner, write, send, () => ({status: null}))
  }

  private async store(intentId: string, created: CreatedTestUser, answer: OneTimeAnswer): Promise<void> {
    const {testUsers, clock} = this.deps
    try {
      await answer.persist(() => testUsers.complete(intentId, created, clock.now()), {
        lost: `${created.nickname} was created, but its password could not be stored`,
        try: ['meli test-users adopt'],
      })
    } catch (error) {
      // The service never shows these again: better on the screen than nowhere.
      this.deps.terminal.reveal(
        `This test user was created but could not be stored. Write it down:\n  id ${created.userId}, nickname ${created.nickname}, password ${created.password}\nand later: meli test-users adopt`,
      )
      throw error
    }
  }

  private async explainLimit(error: MeliError, ownerUserId: number): Promise<MeliError> {
    const users = await this.deps.testUsers.list()
    const quota = quotaOf(users, ownerUserId)
    const names = users.filter((u) => u.state === 'created').map((u) => u.nickname)
    const known = names.length === 0 ? 'none is stored here' : `stored here: ${names.join(', ')}`
    return new MeliError(
      'MELI_TEST_USER_LIMIT',
      `${error.message}. An account may have ${quota.limit}, and ${quota.used} are in the ledger; ${known}`,
      {
        try: [
          'meli test-users list, and use one of those',
          'wait: a test user disappears after 60 days without activity',
        ],
        details: {...error.details, quota, nicknames: names},
        cause: error,
      },
    )
  }
}

function view(created: CreatedTestUser, siteId: string, role: TestUserRole): CreatedTestUserView {
  return {
    id: created.userId,
    nickname: created.nickname,
    password: created.password,
    site_id: siteId,
    role,
    site_status: created.siteStatus,
    verification_code: verificationCode(created.userId),
  }
}

/** An answer was given, and it was no, or nothing was asked at all: no slot is used. A lost answer leaves the intent open. */
function refused(error: unknown): boolean {
  if (!isMeliError(error)) return false
  return error.family !== 'network' || error.code === 'MELI_RATE_LIMITED' || error.details?.sent === false
}

function withMade(error: unknown, made: readonly CreatedTestUserView[]): unknown {
  if (!isMeliError(error)) return error
  const names = made.map((u) => u.nickname).join(', ')
  return new MeliError(error.code, `${error.message}. Made and stored before that: ${names}`, {
    try: [...made.map((u) => `meli test-users show ${u.nickname}`), ...error.suggestions],
    details: {...error.details, created: made.map((u) => u.nickname)},
    cause: error,
  })
}
