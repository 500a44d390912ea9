import {Flags} from '@oclif/core'
import {BaseCommand} from '../../base-command.js'
import {sandbox, shipment, site} from '../../flags.js'
import type {ShipmentPage} from '../../services/shipments/shipments.js'
import {ageLine} from '../../ui/age.js'
import {renderShipment} from '../../ui/shipments.js'

export default class ShipmentsShow extends BaseCommand {
  static override summary = 'Show one shipment.'
  static override description =
    'Reads what the last sync and notifications brought, and says on stderr how old that is; --refresh asks Mercado Libre for this shipment first. Who receives it is shown as the service gives it, and is personal data.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 44000000001',
    '<%= config.bin %> <%= command.id %> 44000000001 --refresh --json',
  ]
  static override args = {shipment: shipment({description: 'Id of the shipment.', required: true})}
  static override flags = {
    sandbox,
    site,
    refresh: Flags.boolean({default: false, summary: 'Ask Mercado Libre for this shipment first.'}),
  }

  async run(): Promise<ShipmentPage> {
    const {args, flags} = await this.parse(ShipmentsShow)
    const config = this.settings(flags)
    const context = await this.context(config)
    const choice = {account: config.account, sandbox: flags.sandbox, site: config.requestedSite}
    if (flags.refresh) {
      const session = await (await context.sessions()).open(choice)
      await (await context.refreshShipment()).run(session, args.shipment, this.signal)
      // MELI_ACCESS_TOKEN may speak for another account than the one that acts otherwise.
      Object.assign(choice, {account: String(session.userId), site: undefined})
    }
    const result = await (await context.shipments()).show(choice, args.shipment)
    // One that was just asked for is not as old as the sync.
    if (!flags.refresh)
      await this.remark(
        context,
        ageLine(result, {sandbox: flags.sandbox, account: flags.account, resource: 'shipments'}),
      )
    this.show((paper) => renderShipment(result, paper))
    return result
  }
}
