import {productFilters} from '../../cli/flags.js'
import {ListCommand, listFlags} from '../../cli/list-command.js'
import type {ProductList} from '../../services/catalogue/catalogue.js'
import {productFileColumns} from '../../ui/product-columns.js'
import {renderProducts} from '../../ui/products.js'

export default class ProductsList extends ListCommand {
  static override summary = 'List products of the local catalogue.'
  static override description =
    'Shows the local catalogue, and says on stderr how old it is; --refresh fetches the changes first, and exits with 7 if not all could be read. For a disconnected account, pass its user id to --account. --jsonl and --csv print every product, --json prints one document.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --status active --changed-since 2d',
    '<%= config.bin %> <%= command.id %> --search "running shoes" --json',
  ]
  static override flags = {...listFlags, ...productFilters}

  async run(): Promise<ProductList | undefined> {
    const {flags} = await this.parse(ProductsList)
    const config = this.settings(flags)
    const app = await this.app(config)
    const {status, search, removed, sandbox} = flags
    const asked = {account: config.account, sandbox, site: config.requestedSite}
    const choice = flags.refresh ? await this.refreshed(app, asked, flags, await app.sync.products()) : asked
    const since = flags['changed-since']
    const filters = {...(status && {status}), ...(search && {search}), ...(since && {changedSince: since})}
    const query = {...choice, ...filters, removed}
    const catalogue = await app.catalogue.products()
    return this.tell(app, flags, {
      page: (limit) => catalogue.list({...query, limit}),
      stream: (limit) => catalogue.stream({...query, ...(limit && {limit})}),
      columns: productFileColumns,
      render: renderProducts,
      filters,
      age: {resource: 'products', sandbox, account: flags.account},
    })
  }
}
