import {order} from '../../cli/flags.js'
import {ShowCommand, showFlags} from '../../cli/show-command.js'
import type {OrderPage} from '../../services/sales/orders/orders.js'
import {renderOrder} from '../../ui/orders.js'

export default class OrdersShow extends ShowCommand {
  static override summary = 'Show an order, or the orders of a pack or shipment.'
  static override description =
    'Shows the local copy, and says on stderr how old it is; --refresh fetches this order first. The sale number that the site shows is often the id of a pack: all its orders are shown.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 2000000000000001',
    '<%= config.bin %> <%= command.id %> 2000000000000001 --refresh --json',
  ]
  static override args = {order: order({description: 'Id of the order, its pack or its shipment.', required: true})}
  static override flags = showFlags('order')

  async run(): Promise<OrderPage> {
    const {args, flags} = await this.parse(OrdersShow)
    return this.tell(flags, {
      resource: 'orders',
      refresh: async (app, session) => (await app.sales.refreshSale()).orders(session, args.order, this.signal),
      read: async (app, choice) => (await app.sales.orders()).show(choice, args.order),
      render: renderOrder,
    })
  }
}
