import {Flags} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {site} from '../../cli/flags.js'
import type {TestUserSecrets} from '../../services/accounts/test-users/keep.js'
import {renderTestUser} from '../../ui/test-users.js'

export default class TestUsersAdopt extends BaseCommand {
  static override summary = 'Store a test user that was created elsewhere, from standard input.'
  static override description =
    'Reads JSON with id, nickname, password, site_id and role, or only the password if the other fields are flags. The password is never a flag, because other users of the machine can read those.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> < test-user.json',
    'echo "$PASSWORD" | <%= config.bin %> <%= command.id %> --id 2345678901 --nickname TESTABC123 --site MEC --role buyer',
  ]
  static override flags = {
    id: Flags.integer({summary: 'User id.', min: 1}),
    nickname: Flags.string({summary: 'Nickname.', helpValue: 'NICK'}),
    site,
    role: Flags.option({options: ['seller', 'buyer'] as const})({summary: 'Intended role.'}),
  }

  async run(): Promise<TestUserSecrets> {
    const {flags} = await this.parse(TestUsersAdopt)
    const app = await this.app(this.settings(flags))
    const text = await app.stdin({what: 'the test user', example: 'meli test-users adopt < test-user.json'})
    const result = await (await app.accounts.testUsers()).adoptText(text, flags)
    this.show((paper) => renderTestUser(result, paper))
    return result
  }
}
