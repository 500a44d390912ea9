import {Flags} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {productFilters, sandbox, site, text} from '../../cli/flags.js'
import {MeliError} from '../../core/errors.js'
import type {OfferView} from '../../services/catalogue/product-view.js'
import {ageLine} from '../../ui/age.js'
import {csvLines, jsonLines, type Separator, separators} from '../../ui/csv.js'
import {pour} from '../../ui/output.js'
import {offerFileColumns} from '../../ui/product-columns.js'
import {renderExported} from '../../ui/products.js'
import {pourIntoFile} from '../../ui/result-file.js'

interface ExportResult {
  file: string
  format: 'csv' | 'jsonl'
  products: number
  /** One for each variation; for a product without any, one. */
  rows: number
  synced_at: string | null
  age_seconds: number | null
  invalidated: boolean
  connected: boolean
}

export default class ProductsExport extends BaseCommand {
  static override summary = 'Write the local catalogue as CSV or JSON lines.'
  static override description =
    'Each variation has its own row with its price, stock and SKU. Edit prices, stock and statuses, and send the file back with meli products push. The CSV opens correctly in a spreadsheet: it is UTF-8 with a byte order mark, and text that would run as a formula is prefixed with an apostrophe. Prices are exact decimal text. Works offline.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> -o products.csv',
    '<%= config.bin %> <%= command.id %> --jsonl --status active',
    '<%= config.bin %> <%= command.id %> --separator ";" | head -5',
  ]
  static override flags = {
    sandbox,
    site,
    ...productFilters,
    csv: Flags.boolean({default: false, summary: 'Write CSV (the default).'}),
    jsonl: Flags.boolean({default: false, summary: 'Print one JSON object per line.', exclusive: ['csv', 'separator']}),
    separator: Flags.option({
      options: Object.keys(separators) as Separator[],
      default: ',',
      summary: 'Column separator of the CSV.',
      helpValue: ',|;|tab',
    })(),
    output: text({char: 'o', summary: 'Write to this file, which appears once it is complete.', helpValue: 'FILE'}),
    force: Flags.boolean({default: false, summary: 'Replace an existing file.'}),
    limit: Flags.integer({min: 1, summary: 'Maximum number of results.', helpValue: 'N'}),
  }

  async run(): Promise<ExportResult | undefined> {
    const {flags} = await this.parse(ProductsExport)
    const {status, search, removed, limit, sandbox, output: file, force} = flags
    if (this.jsonEnabled() && file === undefined) throw withoutFile()
    const config = this.settings(flags)
    const app = await this.app(config)
    const choice = {account: config.account, sandbox, site: config.requestedSite}
    const filter = {...(status && {status}), ...(search && {search}), ...(limit && {limit}), removed}
    const since = flags['changed-since']
    const catalogue = await app.catalogue.products()
    const {rows, freshness} = await catalogue.streamOffers({...choice, ...filter, ...(since && {changedSince: since})})
    await this.remark(app, ageLine(freshness, {sandbox, account: flags.account, resource: 'products'}))
    const counts = {products: 0, rows: 0}
    const counted = countOffers(rows, counts)
    const lines = flags.jsonl ? jsonLines(counted) : csvLines(counted, offerFileColumns, flags.separator)
    if (file === undefined) {
      await pour(lines, process.stdout, this.signal)
      return
    }
    await pourIntoFile(lines, file, {force, signal: this.signal})
    const result: ExportResult = {file, format: flags.jsonl ? 'jsonl' : 'csv', ...counts, ...freshness}
    this.show((paper) => renderExported(result, paper))
    return result
  }
}

/** Rows of one product follow each other. */
async function* countOffers(rows: AsyncIterable<OfferView>, counts: {products: number; rows: number}) {
  let last = ''
  for await (const row of rows) {
    counts.rows += 1
    if (row.id !== last) counts.products += 1
    last = row.id
    yield row
  }
}

function withoutFile(): MeliError {
  return new MeliError('MELI_USAGE', 'with --json the products go into a file, and the result to stdout', {
    try: ['name the file: -o products.csv', 'for JSON on stdout: --jsonl'],
  })
}
