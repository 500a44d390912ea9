import {SyncCommand, syncFlags} from '../../cli/sync-command.js'
import type {SyncResult} from '../../services/sync/result.js'

export default class SyncShipments extends SyncCommand {
  static override summary = 'Bring the local copy of the shipments in step with the account.'
  static override description =
    'The service lists no shipments: those of the local orders are read, so run `meli sync orders` first, or `meli sync all`. The first run reads all of them, later ones those that are new or can still change; --full reads all again. Those that the service does not have any more are left out.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --if-stale 10m --json',
  ]
  static override flags = syncFlags

  async run(): Promise<SyncResult> {
    const {flags} = await this.parse(SyncShipments)
    return this.syncOne(flags, 'shipments', (context) => context.shipmentSync())
  }
}
