import {Args} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {type BackupView, renderBackup} from '../../ui/database.js'

export default class DbBackup extends BaseCommand {
  static override summary = 'Copy the database to a file while it is in use.'
  static override description =
    'The copy is complete and can replace the database. Its secrets stay encrypted, so keep the key as well: without it the copy opens no token. An existing file is never replaced.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> meli-backup.db',
    '<%= config.bin %> <%= command.id %> meli-backup-2.db --json',
  ]
  static override args = {
    file: Args.string({description: 'File to write; it must not exist.', required: true, ignoreStdin: true}),
  }

  async run(): Promise<BackupView> {
    const {args, flags} = await this.parse(DbBackup)
    const app = await this.app(this.settings(flags))
    const bytes = await (await app.store()).backup(args.file)
    const result = {file: args.file, bytes, key_file: (await app.storeLocation()).key_file}
    this.show((paper) => renderBackup(result, paper))
    return result
  }
}
