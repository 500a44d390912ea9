import {shipment} from '../../cli/flags.js'
import {ShowCommand, showFlags} from '../../cli/show-command.js'
import type {ShipmentPage} from '../../services/sales/shipments/shipments.js'
import {renderShipment} from '../../ui/shipments.js'

export default class ShipmentsShow extends ShowCommand {
  static override summary = 'Show a shipment, by its id or that of its order or pack.'
  static override description =
    'Shows the local copy, and says on stderr how old it is; --refresh fetches this shipment first. The receiver is shown as Mercado Libre gives it, and is personal data.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 44000000001',
    '<%= config.bin %> <%= command.id %> 44000000001 --refresh --json',
  ]
  static override args = {
    shipment: shipment({description: 'Id of the shipment, its order or its pack.', required: true}),
  }
  static override flags = showFlags('shipment')

  async run(): Promise<ShipmentPage> {
    const {args, flags} = await this.parse(ShipmentsShow)
    return this.tell(flags, {
      resource: 'shipments',
      refresh: async (app, session) => (await app.sales.refreshSale()).shipment(session, args.shipment, this.signal),
      read: async (app, choice) => (await app.sales.shipments()).show(choice, args.shipment),
      render: renderShipment,
    })
  }
}
