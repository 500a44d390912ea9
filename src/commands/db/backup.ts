import {Args} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {type BackupView, renderBackup} from '../../ui/database.js'

export default class DbBackup extends BaseCommand {
  static override summary = 'Copy the database to a file, while others may be using it.'
  static override description =
    'The copy is whole and can be put in the place of the database. Its secrets stay sealed: without the key it is of no use, so keep the key too. Never replaces a file.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> meli-backup.db',
    '<%= config.bin %> <%= command.id %> meli-backup-2.db --json',
  ]
  static override args = {
    file: Args.string({description: 'File to write; it must not exist.', required: true, ignoreStdin: true}),
  }

  async run(): Promise<BackupView> {
    const {args, flags} = await this.parse(DbBackup)
    const context = await this.context(this.settings(flags))
    const bytes = await (await context.store()).backup(args.file)
    const result = {file: args.file, bytes, key_file: (await context.storeLocation()).key_file}
    this.show((paper) => renderBackup(result, paper))
    return result
  }
}
