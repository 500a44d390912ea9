import {since, statusName} from '../../cli/flags.js'
import {ListCommand, listFlags} from '../../cli/list-command.js'
import type {OrderList} from '../../services/sales/orders/orders.js'
import {orderColumns} from '../../ui/order-columns.js'
import {renderOrders} from '../../ui/orders.js'

export default class OrdersList extends ListCommand {
  static override summary = 'List orders of the local copy, the newest first.'
  static override description =
    'Reads what the last sync and notifications brought, and says on stderr how old that is; --refresh asks for what changed first, and leaves with 7 when not all of it could be read. A star marks what came with parts missing.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --status paid --since 2d',
    '<%= config.bin %> <%= command.id %> --since 2026-01-01 --csv',
  ]
  static override flags = {
    ...listFlags,
    status: statusName({summary: 'Only those of this status, such as paid or cancelled.'}),
    since,
  }

  async run(): Promise<OrderList | undefined> {
    const {flags} = await this.parse(OrdersList)
    const config = this.settings(flags)
    const context = await this.context(config)
    const {status, since: from, sandbox} = flags
    const asked = {account: config.account, sandbox, site: config.requestedSite}
    const choice = flags.refresh ? await this.refreshed(context, asked, flags, await context.orderSync()) : asked
    const filters = {...(status && {status}), ...(from && {since: from})}
    const query = {...choice, ...filters}
    const orders = await context.orders()
    return this.tell(context, flags, {
      page: (limit) => orders.list({...query, limit}),
      stream: (limit) => orders.stream({...query, ...(limit && {limit})}),
      columns: orderColumns,
      render: renderOrders,
      filters,
      age: {resource: 'orders', sandbox, account: flags.account},
    })
  }
}
