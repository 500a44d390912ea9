import {item} from '../../cli/flags.js'
import {ShowCommand, showFlags} from '../../cli/show-command.js'
import type {ProductPage} from '../../services/catalogue/catalogue.js'
import {renderProduct} from '../../ui/product-page.js'

export default class ProductsShow extends ShowCommand {
  static override summary = 'Show a product of the local catalogue.'
  static override description =
    'Shows the local copy, and says on stderr how old it is; --refresh fetches this product first. Variations are shown with the ids that stock set and push use.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> MEC123456789',
    '<%= config.bin %> <%= command.id %> MEC123456789 --refresh --json',
  ]
  static override args = {
    item: item({description: 'Id, SKU or page of the item, such as MEC123456789.', required: true}),
  }
  static override flags = showFlags('product')

  async run(): Promise<ProductPage> {
    const {args, flags} = await this.parse(ProductsShow)
    return this.tell(flags, {
      resource: 'products',
      refresh: async (app, session) => (await app.catalogue.refreshProduct()).run(session, args.item, this.signal),
      read: async (app, choice, id) => (await app.catalogue.products()).show(choice, args.item, id),
      render: renderProduct,
    })
  }
}
