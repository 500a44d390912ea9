import {SyncCommand, syncFlags} from '../../cli/sync-command.js'
import type {SyncResult} from '../../services/sync/result.js'

export default class SyncQuestions extends SyncCommand {
  static override summary = "Sync the account's questions to the local database."
  static override description =
    'The first sync reads every question the account received; later ones read new questions and all unanswered ones. Changes of answered questions, such as a deleted answer, are only seen with --full. An interrupted sync resumes where it stopped.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --if-stale 10m --json',
  ]
  static override flags = syncFlags

  async run(): Promise<SyncResult> {
    const {flags} = await this.parse(SyncQuestions)
    return this.syncOne(flags, 'questions', (app) => app.sync.questions())
  }
}
