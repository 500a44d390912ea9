import {Flags} from '@oclif/core'
import {BaseCommand} from '../../base-command.js'
import {productFilters, sandbox, site} from '../../flags.js'
import type {ProductList} from '../../services/catalogue/catalogue.js'
import {jsonLines} from '../../ui/csv.js'
import {pour} from '../../ui/output.js'
import {ageLine, renderProducts} from '../../ui/products.js'

export default class ProductsList extends BaseCommand {
  static override summary = 'List products of the local catalogue.'
  static override description =
    'Offline: reads what the last sync brought, and says on stderr how old that is. That of an account that is disconnected is read with --account and the user id. A table for people; --jsonl gives one JSON object a line.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --status active --changed-since 2d',
    '<%= config.bin %> <%= command.id %> --search "running shoes" --json',
  ]
  static override flags = {
    sandbox,
    site,
    ...productFilters,
    limit: Flags.integer({default: 50, min: 1, summary: 'At most so many.', helpValue: 'N'}),
    jsonl: Flags.boolean({default: false, summary: 'One JSON object a line.', exclusive: ['json']}),
  }

  async run(): Promise<ProductList | undefined> {
    const {flags} = await this.parse(ProductsList)
    const config = this.settings(flags)
    const context = await this.context(config)
    const {status, search, removed, limit, sandbox} = flags
    const choice = {account: config.account, sandbox, site: config.requestedSite}
    const filter = {...(status && {status}), ...(search && {search}), removed, limit}
    const since = flags['changed-since']
    const query = {...choice, ...filter, ...(since && {changedSince: since})}
    const catalogue = await context.catalogue()
    if (flags.jsonl) {
      const {products, freshness} = await catalogue.stream(query)
      await this.remark(context, ageLine(freshness, sandbox))
      await pour(jsonLines(products), process.stdout, this.signal)
      return
    }
    const result = await catalogue.list(query)
    await this.remark(context, ageLine(result, sandbox))
    this.show((paper) => renderProducts(result, paper))
    return result
  }
}
