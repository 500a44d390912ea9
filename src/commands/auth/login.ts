import {Flags} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {expect, loginFlags, site, text} from '../../cli/flags.js'
import type {LinkResult} from '../../services/accounts/login/linker.js'
import type {StartedLogin} from '../../services/accounts/login/login-service.js'
import {renderLinked, renderStarted} from '../../ui/login.js'

export default class AuthLogin extends BaseCommand {
  static override summary = 'Connect a Mercado Libre account.'
  static override description =
    'Opens the page on which the account allows the application, and waits for the browser to come back. If the redirect URI is not on this machine, it asks for the address the browser ended on. With --no-wait it prints the address to open; finish with meli auth complete within 15 minutes.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --site MEC --no-browser',
    '<%= config.bin %> <%= command.id %> --no-wait --json',
    '<%= config.bin %> <%= command.id %> --no-wait --expect TIENDA_ANDINA',
  ]
  static override flags = {
    site,
    ...loginFlags,
    'no-wait': Flags.boolean({
      default: false,
      summary: 'Print the address and exit; finish with meli auth complete.',
    }),
    expect,
    'test-user': text({
      summary: 'Connect this test user, in a private window; any other account is refused.',
      helpValue: 'NICK',
      exclusive: ['expect'],
    }),
  }

  async run(): Promise<LinkResult | StartedLogin> {
    const {flags} = await this.parse(AuthLogin)
    const redirectUri = flags['redirect-uri']
    const config = this.settings(flags, redirectUri === undefined ? {} : {redirectUri})
    const app = await this.app(config)
    const request = {
      siteId: await app.accounts.siteId(),
      redirectUri: app.accounts.redirectUri(),
      pkce: config.usePkce && !flags['no-pkce'],
      // Whom to act as, where it is not connected yet, can only mean whom to expect.
      expect: flags['test-user'] ?? flags.expect ?? flags.account,
    }
    if (flags['no-wait']) {
      const started = await (await app.accounts.login()).start(request)
      this.show((paper) => renderStarted(started, paper))
      return started
    }
    const flow = await app.accounts.loginFlow()
    const testUser = flags['test-user'] !== undefined
    const linked = await flow.run({...request, browser: !flags['no-browser'], testUser, signal: this.signal})
    this.show((paper) => renderLinked(linked, paper))
    return linked
  }
}
