import {since, statusName} from '../../cli/flags.js'
import {ListCommand, listFlags} from '../../cli/list-command.js'
import type {ShipmentList} from '../../services/sales/shipments/shipments.js'
import {renderShipments, shipmentColumns} from '../../ui/shipments.js'

export default class ShipmentsList extends ListCommand {
  static override summary = 'List local shipments, newest first.'
  static override description =
    'Shows the local copy, and says on stderr how old it is; --refresh fetches the changes first, orders included, and exits with 7 if not all could be read. The receiver is shown as Mercado Libre gives it, and is personal data.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --status ready_to_ship --substatus ready_to_print',
    '<%= config.bin %> <%= command.id %> --since 2d --csv',
  ]
  static override flags = {
    ...listFlags,
    status: statusName({summary: 'Show only this status, such as ready_to_ship.'}),
    substatus: statusName({summary: 'Show only this substatus, such as ready_to_print.', helpValue: 'SUBSTATUS'}),
    since,
  }

  async run(): Promise<ShipmentList | undefined> {
    const {flags} = await this.parse(ShipmentsList)
    const config = this.settings(flags)
    const app = await this.app(config)
    const {status, substatus, since: from, sandbox} = flags
    const asked = {account: config.account, sandbox, site: config.requestedSite}
    const choice = flags.refresh
      ? await this.refreshed(app, asked, flags, await app.sync.orders(), await app.sync.shipments())
      : asked
    const filters = {...(status && {status}), ...(substatus && {substatus}), ...(from && {since: from})}
    const query = {...choice, ...filters}
    const shipments = await app.sales.shipments()
    return this.tell(app, flags, {
      page: (limit) => shipments.list({...query, limit}),
      stream: (limit) => shipments.stream({...query, ...(limit && {limit})}),
      columns: shipmentColumns,
      render: renderShipments,
      filters,
      age: {resource: 'shipments', sandbox, account: flags.account},
    })
  }
}
