import {Args} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {renderForgotten} from '../../ui/test-users.js'

export default class TestUsersForget extends BaseCommand {
  static override summary = 'Delete a stored test user, or a creation that got no answer.'
  static override description =
    "Deletes it here only; its password cannot be recovered. Mercado Libre cannot delete test users, so it counts against the account's ten for another 60 days."
  static override examples = [
    '<%= config.bin %> <%= command.id %> TESTABC123',
    '<%= config.bin %> <%= command.id %> TESTABC123 --json',
  ]
  static override args = {
    user: Args.string({description: 'Nickname, user id or intent id.', required: true, ignoreStdin: true}),
  }

  async run(): Promise<{forgotten: string}> {
    const {args, flags} = await this.parse(TestUsersForget)
    const vault = await (await this.app(this.settings(flags))).accounts.testUsers()
    const result = await vault.forget(args.user)
    this.show((paper) => renderForgotten(result, paper))
    return result
  }
}
