import {Flags} from '@oclif/core'
import {BaseCommand} from '../../base-command.js'
import {order, sandbox, site} from '../../flags.js'
import type {OrderPage} from '../../services/orders/orders.js'
import {ageLine} from '../../ui/age.js'
import {renderOrder} from '../../ui/orders.js'

export default class OrdersShow extends BaseCommand {
  static override summary = 'Show one order, its pack and its shipment.'
  static override description =
    'Reads what the last sync and notifications brought, and says on stderr how old that is; --refresh asks Mercado Libre for this order first.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 2000000000000001',
    '<%= config.bin %> <%= command.id %> 2000000000000001 --refresh --json',
  ]
  static override args = {order: order({description: 'Id of the order.', required: true})}
  static override flags = {
    sandbox,
    site,
    refresh: Flags.boolean({default: false, summary: 'Ask Mercado Libre for this order first.'}),
  }

  async run(): Promise<OrderPage> {
    const {args, flags} = await this.parse(OrdersShow)
    const config = this.settings(flags)
    const context = await this.context(config)
    const choice = {account: config.account, sandbox: flags.sandbox, site: config.requestedSite}
    if (flags.refresh) {
      const session = await (await context.sessions()).open(choice)
      await (await context.refreshOrder()).run(session, args.order, this.signal)
      // MELI_ACCESS_TOKEN may speak for another account than the one that acts otherwise.
      Object.assign(choice, {account: String(session.userId), site: undefined})
    }
    const result = await (await context.orders()).show(choice, args.order)
    // One that was just asked for is not as old as the sync.
    if (!flags.refresh)
      await this.remark(context, ageLine(result, {sandbox: flags.sandbox, account: flags.account, resource: 'orders'}))
    this.show((paper) => renderOrder(result, paper))
    return result
  }
}
