import {Flags} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {item, itemName, sandbox, site} from '../../cli/flags.js'
import {MeliError} from '../../core/errors.js'
import type {InvalidateResult} from '../../services/catalogue/invalidate.js'
import {renderInvalidated} from '../../ui/products.js'

export default class CacheInvalidate extends BaseCommand {
  // Any number of items.
  static override strict = false
  static override usage = 'cache invalidate ITEM... | --all [FLAGS]'
  static override summary = 'Mark products as stale, so that the next sync fetches them again.'
  static override description =
    'The next sync fetches them even if Mercado Libre reports no change. Products that are not in the local catalogue are named in the result. Works offline.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> MEC123456789 MEC987654321',
    '<%= config.bin %> <%= command.id %> --all --json',
  ]
  static override args = {item: item({description: 'Ids, SKUs or pages of items, such as MEC123456789.'})}
  static override flags = {
    sandbox,
    site,
    all: Flags.boolean({default: false, summary: 'Mark everything; the next sync reads the whole catalogue.'}),
  }

  async run(): Promise<InvalidateResult> {
    const {argv, flags} = await this.parse(CacheInvalidate)
    const ids = argv.map((given) => itemName(String(given)))
    if (flags.all === ids.length > 0) throw nothingNamed(flags.all)
    const config = this.settings(flags)
    const invalidate = await (await this.app(config)).catalogue.invalidate()
    const choice = {account: config.account, sandbox: flags.sandbox, site: config.requestedSite}
    const result = await invalidate.run(choice, flags.all ? undefined : ids)
    this.show((paper) => renderInvalidated(result, paper))
    return result
  }
}

function nothingNamed(all: boolean): MeliError {
  const message = all ? 'either items or --all, not both' : 'name the items, or --all'
  return new MeliError('MELI_USAGE', message, {try: ['meli cache invalidate MEC123456789', 'meli products list']})
}
