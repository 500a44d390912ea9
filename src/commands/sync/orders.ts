import {SyncCommand, syncFlags} from '../../cli/sync-command.js'
import type {SyncResult} from '../../services/sync/result.js'

export default class SyncOrders extends SyncCommand {
  static override summary = "Sync the account's orders to the local database."
  static override description =
    'The first sync reads all orders that Mercado Libre keeps (twelve months, cancelled ones included). Later ones read what changed since, and orders that came with parts missing. An interrupted sync resumes where it stopped. If more orders fall into one hour than the service lists, the status is 7 and the result names the hour.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --if-stale 10m --json',
  ]
  static override flags = syncFlags

  async run(): Promise<SyncResult> {
    const {flags} = await this.parse(SyncOrders)
    return this.syncOne(flags, 'orders', (app) => app.sync.orders())
  }
}
