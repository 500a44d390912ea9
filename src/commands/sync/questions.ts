import {SyncCommand, syncFlags} from '../../cli/sync-command.js'
import type {SyncResult} from '../../services/sync/result.js'

export default class SyncQuestions extends SyncCommand {
  static override summary = 'Bring the local copy of the questions in step with the account.'
  static override description =
    'The first run reads every question that the account received, later ones those asked since, and all that wait for an answer. What became of answered ones, such as an answer taken away, is only seen by --full. A run that was interrupted is gone on with.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --if-stale 10m --json',
  ]
  static override flags = syncFlags

  async run(): Promise<SyncResult> {
    const {flags} = await this.parse(SyncQuestions)
    return this.syncOne(flags, 'questions', (context) => context.questionSync())
  }
}
