import {SyncCommand, syncFlags} from '../../cli/sync-command.js'
import type {SyncResult} from '../../services/sync/result.js'

export default class SyncOrders extends SyncCommand {
  static override summary = 'Bring the local copy of the orders in step with the account.'
  static override description =
    'The first run reads all orders that Mercado Libre keeps, which is twelve months, cancelled ones too; later ones what changed since, and what came with parts missing. A run that was interrupted is gone on with. Where more orders fell into one hour than the service lists, the status is 7 and the result names the hour.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --if-stale 10m --json',
  ]
  static override flags = syncFlags

  async run(): Promise<SyncResult> {
    const {flags} = await this.parse(SyncOrders)
    return this.syncOne(flags, 'orders', (context) => context.orderSync())
  }
}
