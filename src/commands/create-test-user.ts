import {Flags} from '@oclif/core'
import {BaseCommand} from '../cli/base-command.js'
import {loginFlags, site} from '../cli/flags.js'
import type {ConnectedTestUsers} from '../services/accounts/test-users/connect.js'
import type {CreateTestUserResult} from '../services/accounts/test-users/create.js'
import type {TestUserRole} from '../services/ports/index.js'
import {renderCreated} from '../ui/test-users.js'

export default class CreateTestUser extends BaseCommand {
  static override summary = 'Create a test user and save its password.'
  static override description =
    'Mercado Libre allows ten test users per account, shows each password once, and cannot list them. They are stored here, encrypted, before they are shown. Needs a connected real account. With --login each test user authorizes the application right away.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --site=MEC',
    '<%= config.bin %> <%= command.id %> --site=MEC --role buyer --json',
    '<%= config.bin %> <%= command.id %> --site=MEC --pair',
  ]
  static override flags = {
    site,
    role: Flags.option({options: ['seller', 'buyer'] as const})({
      summary: 'Intended role; a local note only.',
      default: 'seller',
    }),
    pair: Flags.boolean({default: false, summary: 'Create a seller and a buyer.', exclusive: ['role']}),
    login: Flags.boolean({default: false, summary: 'Connect each test user afterwards.'}),
    ...loginFlags,
  }

  async run(): Promise<CreateTestUserResult | ConnectedTestUsers> {
    const {flags} = await this.parse(CreateTestUser)
    const roles: TestUserRole[] = flags.pair ? ['seller', 'buyer'] : [flags.role]
    const redirectUri = flags['redirect-uri']
    const config = this.settings(flags, redirectUri === undefined ? {} : {redirectUri})
    const app = await this.app(config)
    const options = {account: config.account, siteId: await app.accounts.siteId(), roles}
    const login = {pkce: config.usePkce && !flags['no-pkce'], browser: !flags['no-browser']}
    const result = flags.login
      ? await (await app.accounts.connectTestUsers()).run({
          ...options,
          login: {...login, redirectUri: app.accounts.redirectUri(), signal: this.signal},
        })
      : await (await app.accounts.createTestUsers()).run(options)
    this.show((paper) => renderCreated(result, paper))
    return result
  }
}
