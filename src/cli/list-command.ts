import {Flags} from '@oclif/core'
import type {App} from '../app/create-app.js'
import type {CatalogueChoice} from '../services/catalogue/choose.js'
import type {Freshness} from '../services/catalogue/freshness.js'
import type {LocalStream} from '../services/catalogue/local-reading.js'
import type {ProductSync} from '../services/sync/product-sync.js'
import {type Acting, flagsOf} from '../ui/acting.js'
import {type AgeOptions, ageLine} from '../ui/age.js'
import {csvLines, jsonLines, type Separator, separators} from '../ui/csv.js'
import type {Asked, Column} from '../ui/listing.js'
import {pour} from '../ui/output.js'
import type {Paper} from '../ui/paper.js'
import {BaseCommand} from './base-command.js'
import {sandbox, site} from './flags.js'

/** Every list of the local database has these. */
export const listFlags = {
  sandbox,
  site,
  limit: Flags.integer({min: 1, summary: 'Maximum number of results; 50 in a table and with --json.', helpValue: 'N'}),
  refresh: Flags.boolean({default: false, summary: 'Ask Mercado Libre for changes first.'}),
  jsonl: Flags.boolean({default: false, summary: 'Print one JSON object per line.', exclusive: ['json', 'csv']}),
  // Without a default, which would count as given for the separator.
  csv: Flags.boolean({summary: 'Print CSV for spreadsheets, with all columns.', exclusive: ['json']}),
  separator: Flags.option({
    dependsOn: ['csv'],
    options: Object.keys(separators) as Separator[],
    summary: 'Column separator of the CSV; a comma by default.',
    helpValue: ',|;|tab',
  })(),
}

interface ListSource<V, R> {
  /** For a table or one JSON document. */
  page(limit: number): Promise<R>
  /** For lines of any number. */
  stream(limit: number | undefined): Promise<LocalStream<V>>
  /** All columns, in the order of a file. */
  columns: ReadonlyArray<Column<V>>
  render(result: R, paper: Paper, asked: Asked): string
  /** What makes it fewer than there are; what was not given is undefined. */
  filters: Readonly<Record<string, unknown>>
  age: AgeOptions
}

const defaultLimit = 50

/** A list that is read from the local database and says how old it is. */
export abstract class ListCommand extends BaseCommand {
  protected async tell<V, R extends Freshness & {total: number}>(
    app: App,
    flags: {limit?: number | undefined; jsonl: boolean; csv: boolean; separator?: Separator | undefined},
    source: ListSource<V, R>,
  ): Promise<R | undefined> {
    if (flags.jsonl || flags.csv) {
      const {rows, freshness} = await source.stream(flags.limit)
      await this.remark(app, ageLine(freshness, source.age))
      const lines = flags.csv ? csvLines(rows, source.columns, flags.separator ?? ',') : jsonLines(rows)
      await pour(lines, process.stdout, this.signal)
      return undefined
    }
    const result = await source.page(flags.limit ?? defaultLimit)
    await this.remark(app, ageLine(result, source.age))
    const some = Object.values(source.filters).some((given) => given !== undefined)
    // That nothing fits would be a guess before anything was brought here.
    if (result.total > 0 || result.age_seconds !== null) this.show((paper) => source.render(result, paper, {some}))
    return result
  }

  /**
   * `--refresh`: what could be read is listed all the same, and the status says when it is not all. Gives whose copy to
   * read: the account that was asked, which with MELI_ACCESS_TOKEN need not be the one that acts otherwise.
   */
  protected async refreshed(
    app: App,
    choice: CatalogueChoice,
    given: Acting,
    ...syncs: ReadonlyArray<Pick<ProductSync, 'run'>>
  ): Promise<CatalogueChoice> {
    const {sandbox} = choice
    const session = await (await app.accounts.sessions()).open(choice)
    for (const sync of syncs) {
      const options = {sandbox, statuses: [], dryRun: false, signal: this.signal}
      const {ok, resource} = await sync.run(session, options)
      if (ok) continue
      this.exitWith(7)
      await this.remark(app, `Not all could be read: meli sync ${resource}${flagsOf(given)} names what is missing`)
    }
    return {sandbox, account: String(session.userId)}
  }
}
