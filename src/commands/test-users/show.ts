import {Args} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import type {TestUserSecrets} from '../../services/accounts/test-users/keep.js'
import {renderTestUser} from '../../ui/test-users.js'

export default class TestUsersShow extends BaseCommand {
  static override summary = 'Show a test user with its password.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> TESTABC123',
    '<%= config.bin %> <%= command.id %> TESTABC123 --json',
  ]
  static override args = {
    user: Args.string({description: 'Nickname or user id.', required: true, ignoreStdin: true}),
  }

  async run(): Promise<TestUserSecrets> {
    const {args, flags} = await this.parse(TestUsersShow)
    const vault = await (await this.app(this.settings(flags))).accounts.testUsers()
    const result = await vault.show(args.user)
    this.show((paper) => renderTestUser(result, paper))
    return result
  }
}
