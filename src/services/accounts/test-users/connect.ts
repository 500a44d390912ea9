import {isMeliError, MeliError} from '../../../core/errors.js'
import type {AccountStore, Terminal} from '../../ports/index.js'
import type {LinkResult} from '../login/linker.js'
import type {LoginFlow, LoginFlowOptions} from '../login/login-flow.js'
import type {CreatedTestUserView, CreateTestUserOptions, CreateTestUserResult, CreateTestUsers} from './create.js'

export interface ConnectedTestUsers extends CreateTestUserResult {
  /** In the order of `test_users`. */
  logins: LinkResult[]
}

export interface ConnectTestUserOptions extends CreateTestUserOptions {
  login: Pick<LoginFlowOptions, 'redirectUri' | 'pkce' | 'browser' | 'signal'>
}

export interface ConnectTestUsersDeps {
  create: CreateTestUsers
  flow: LoginFlow
  accounts: Pick<AccountStore, 'list' | 'setDefault'>
  terminal: Pick<Terminal, 'reveal' | 'interactive'>
}

/** Creates test users and authorizes the application as each: the service gives no tokens at creation. */
export class ConnectTestUsers {
  constructor(private readonly deps: ConnectTestUsersDeps) {}

  async run(options: ConnectTestUserOptions): Promise<ConnectedTestUsers> {
    await this.deps.flow.checkCanFinish({...options.login, siteId: options.siteId})
    const created = await this.deps.create.run(options)
    const logins: LinkResult[] = []
    for (const [at, user] of created.test_users.entries()) {
      try {
        logins.push(await this.login(user, options))
      } catch (error) {
        throw unfinished(error, created.test_users, at)
      }
    }
    await this.chooseDefault(created.test_users)
    return {...created, logins}
  }

  private login(user: CreatedTestUserView, {siteId, login}: ConnectTestUserOptions): Promise<LinkResult> {
    const {terminal} = this.deps
    // For whoever types it in now; a log has no use for it.
    const password = terminal.interactive ? user.password : `password: meli test-users show ${user.nickname}`
    terminal.reveal(`\nLog in as this test user (${user.role}):\n  ${user.nickname}\n  ${password}\n`)
    return this.deps.flow.run({...login, siteId, expect: user.nickname, testUser: true})
  }

  /** Without a default, a pair would make every later `--sandbox` ask which of the two is meant. */
  private async chooseDefault(users: readonly CreatedTestUserView[]): Promise<void> {
    const {accounts} = this.deps
    if ((await accounts.list()).some((account) => account.isTestUser && account.isDefault)) return
    const chosen = users.find((user) => user.role === 'seller') ?? users[0]
    if (chosen !== undefined) await accounts.setDefault(chosen.id)
  }
}

function unfinished(error: unknown, users: readonly CreatedTestUserView[], at: number): unknown {
  if (!isMeliError(error)) return error
  const open = users.slice(at)
  return new MeliError(
    error.code,
    `${error.message}. Created and stored nevertheless: ${users.map((user) => user.nickname).join(', ')}`,
    {
      try: [
        ...open.map((user) => `meli auth login --test-user ${user.nickname} --site ${user.site_id}`),
        ...open.map((user) => `meli test-users show ${user.nickname}, for its password`),
      ],
      details: {...error.details, created: users.map((user) => user.nickname)},
      cause: error,
    },
  )
}
