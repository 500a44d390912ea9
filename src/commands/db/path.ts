import {BaseCommand} from '../../cli/base-command.js'
import {type DatabaseView, renderDatabase} from '../../ui/database.js'

export default class DbPath extends BaseCommand {
  static override summary = 'Show where the database and its key are.'
  static override description = 'Opens and creates nothing. Warns if other users of this machine can read them.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<DatabaseView> {
    const {flags} = await this.parse(DbPath)
    const result = await (await this.app(this.settings(flags))).storeLocation()
    this.show((paper) => renderDatabase(result, paper))
    return result
  }
}
