import {BaseCommand} from '../../cli/base-command.js'
import type {TestUserList} from '../../services/accounts/test-users/keep.js'
import {renderTestUsers} from '../../ui/test-users.js'

export default class TestUsersList extends BaseCommand {
  static override summary = 'List the test users that are stored here.'
  static override description = 'Offline. Mercado Libre itself cannot list them.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<TestUserList> {
    const {flags} = await this.parse(TestUsersList)
    const vault = await (await this.context(this.settings(flags))).testUserVault()
    const result = await vault.list()
    this.show((paper) => renderTestUsers(result, paper))
    return result
  }
}
