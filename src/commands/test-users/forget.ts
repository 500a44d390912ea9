import {Args} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {renderForgotten} from '../../ui/test-users.js'

export default class TestUsersForget extends BaseCommand {
  static override summary = 'Wipe a test user here, or strike out an intent without an answer.'
  static override description =
    'Only here: its password is wiped and cannot be had again. Mercado Libre has no call to delete one, so it counts against the ten of its account for 60 days more.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> TESTABC123',
    '<%= config.bin %> <%= command.id %> TESTABC123 --json',
  ]
  static override args = {
    user: Args.string({description: 'Nickname, user id or intent id.', required: true, ignoreStdin: true}),
  }

  async run(): Promise<{forgotten: string}> {
    const {args, flags} = await this.parse(TestUsersForget)
    const vault = await (await this.context(this.settings(flags))).testUserVault()
    const result = await vault.forget(args.user)
    this.show((paper) => renderForgotten(result, paper))
    return result
  }
}
