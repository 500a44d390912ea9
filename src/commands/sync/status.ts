import {Flags} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {sandbox} from '../../cli/flags.js'
import type {SyncStatusResult} from '../../services/sync/runs.js'
import {renderRuns} from '../../ui/sync-runs.js'

export default class SyncStatus extends BaseCommand {
  static override summary = 'List recent syncs and their outcomes.'
  static override description =
    'Shows all accounts, or the one named by --account or MELI_ACCOUNT, and syncs that are running. Works offline.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --limit 1 --json',
  ]
  static override flags = {
    sandbox,
    limit: Flags.integer({default: 10, min: 1, summary: 'Maximum number of results.', helpValue: 'N'}),
  }

  async run(): Promise<SyncStatusResult> {
    const {flags} = await this.parse(SyncStatus)
    const config = this.settings(flags)
    const runs = await (await this.app(config)).sync.runs()
    const result = await runs.list({account: config.account, sandbox: flags.sandbox, limit: flags.limit})
    this.show((paper) => renderRuns(result, paper))
    return result
  }
}
