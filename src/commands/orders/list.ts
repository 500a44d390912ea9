import {since, statusName} from '../../cli/flags.js'
import {ListCommand, listFlags} from '../../cli/list-command.js'
import type {OrderList} from '../../services/sales/orders/orders.js'
import {orderColumns} from '../../ui/order-columns.js'
import {renderOrders} from '../../ui/orders.js'

export default class OrdersList extends ListCommand {
  static override summary = 'List local orders, newest first.'
  static override description =
    'Shows the local copy, and says on stderr how old it is; --refresh fetches the changes first, and exits with 7 if not all could be read. A star marks orders that came with parts missing.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --status paid --since 2d',
    '<%= config.bin %> <%= command.id %> --since 2026-01-01 --csv',
  ]
  static override flags = {
    ...listFlags,
    status: statusName({summary: 'Show only this status, such as paid or cancelled.'}),
    since,
  }

  async run(): Promise<OrderList | undefined> {
    const {flags} = await this.parse(OrdersList)
    const config = this.settings(flags)
    const app = await this.app(config)
    const {status, since: from, sandbox} = flags
    const asked = {account: config.account, sandbox, site: config.requestedSite}
    const choice = flags.refresh ? await this.refreshed(app, asked, flags, await app.sync.orders()) : asked
    const filters = {...(status && {status}), ...(from && {since: from})}
    const query = {...choice, ...filters}
    const orders = await app.sales.orders()
    return this.tell(app, flags, {
      page: (limit) => orders.list({...query, limit}),
      stream: (limit) => orders.stream({...query, ...(limit && {limit})}),
      columns: orderColumns,
      render: renderOrders,
      filters,
      age: {resource: 'orders', sandbox, account: flags.account},
    })
  }
}
