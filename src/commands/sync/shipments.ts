import {SyncCommand, syncFlags} from '../../cli/sync-command.js'
import type {SyncResult} from '../../services/sync/result.js'

export default class SyncShipments extends SyncCommand {
  static override summary = "Sync the account's shipments to the local database."
  static override description =
    'Mercado Libre has no list of shipments, so those of the local orders are read: run `meli sync orders` first, or `meli sync all`. The first sync reads all of them, later ones those that are new or can still change; --full reads all again. Shipments that the service no longer has are left out.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --if-stale 10m --json',
  ]
  static override flags = syncFlags

  async run(): Promise<SyncResult> {
    const {flags} = await this.parse(SyncShipments)
    return this.syncOne(flags, 'shipments', (app) => app.sync.shipments())
  }
}
