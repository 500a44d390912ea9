import {BaseCommand} from '../../cli/base-command.js'
import type {TestUserList} from '../../services/accounts/test-users/keep.js'
import {renderTestUsers} from '../../ui/test-users.js'

export default class TestUsersList extends BaseCommand {
  static override summary = 'List the stored test users.'
  static override description = 'Works offline. Mercado Libre itself cannot list test users.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<TestUserList> {
    const {flags} = await this.parse(TestUsersList)
    const vault = await (await this.app(this.settings(flags))).accounts.testUsers()
    const result = await vault.list()
    this.show((paper) => renderTestUsers(result, paper))
    return result
  }
}
