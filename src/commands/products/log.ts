import {BaseCommand} from '../../cli/base-command.js'
import {item, sandbox, site} from '../../cli/flags.js'
import type {ProductLog} from '../../services/catalogue/catalogue.js'
import {ageLine} from '../../ui/age.js'
import {renderLog} from '../../ui/products.js'

export default class ProductsLog extends BaseCommand {
  static override summary = 'Show the changes of a product over time.'
  static override description =
    'Lists changes of price, stock, status and title, as syncs and notifications saw them. Two changes between two syncs appear as one. Works offline.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> MEC123456789',
    '<%= config.bin %> <%= command.id %> MEC123456789 --json',
  ]
  static override args = {
    item: item({description: 'Id, SKU or page of the item, such as MEC123456789.', required: true}),
  }
  static override flags = {sandbox, site}

  async run(): Promise<ProductLog> {
    const {args, flags} = await this.parse(ProductsLog)
    const config = this.settings(flags)
    const app = await this.app(config)
    const choice = {account: config.account, sandbox: flags.sandbox, site: config.requestedSite}
    const result = await (await app.catalogue.products()).log(choice, args.item)
    await this.remark(app, ageLine(result, {sandbox: flags.sandbox, account: flags.account, resource: 'products'}))
    this.show((paper) => renderLog(result, paper))
    return result
  }
}
