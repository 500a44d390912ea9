import {Flags} from '@oclif/core'
import {BaseCommand} from '../../base-command.js'
import {item, sandbox, site} from '../../flags.js'
import type {ProductPage} from '../../services/catalogue/catalogue.js'
import {ageLine} from '../../ui/age.js'
import {renderProduct} from '../../ui/product-page.js'

export default class ProductsShow extends BaseCommand {
  static override summary = 'Show one product of the local catalogue.'
  static override description =
    'Reads what the last sync brought, and says on stderr how old that is. --refresh asks for this product first, and shows its variations, which only the service knows.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> MEC123456789',
    '<%= config.bin %> <%= command.id %> MEC123456789 --refresh --json',
  ]
  static override args = {item: item({description: 'Item id, such as MEC123456789.', required: true})}
  static override flags = {
    sandbox,
    site,
    refresh: Flags.boolean({default: false, summary: 'Ask Mercado Libre for this product first.'}),
  }

  async run(): Promise<ProductPage> {
    const {args, flags} = await this.parse(ProductsShow)
    const config = this.settings(flags)
    const context = await this.context(config)
    const choice = {account: config.account, sandbox: flags.sandbox, site: config.requestedSite}
    const session = flags.refresh ? await (await context.sessions()).open(choice) : undefined
    const state = session && (await (await context.refreshProduct()).run(session, args.item, this.signal))
    // MELI_ACCESS_TOKEN may speak for another account than the one that acts otherwise.
    if (session) Object.assign(choice, {account: String(session.userId), site: undefined})
    const result = await (await context.catalogue()).show(choice, args.item, state)
    await this.remark(context, ageLine(result, {sandbox: flags.sandbox, account: flags.account, resource: 'products'}))
    this.show((paper) => renderProduct(result, paper))
    return result
  }
}
