import {Flags} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {itemName, sandbox, since, text} from '../../cli/flags.js'
import {listFlags} from '../../cli/list-command.js'
import {readItemName} from '../../records/item-name.js'
import type {HistoryList as Result} from '../../services/writes/history.js'
import {csvLines, jsonLines} from '../../ui/csv.js'
import {renderHistory} from '../../ui/history.js'
import {historyFileColumns} from '../../ui/history-columns.js'
import {pour} from '../../ui/output.js'

const {limit, jsonl, csv, separator} = listFlags

export default class HistoryList extends BaseCommand {
  static override summary = 'List the changes made at Mercado Libre from here, newest first.'
  static override description =
    'Shows all accounts, or the one named by --account or MELI_ACCOUNT; --sandbox shows what test users did. Every change is recorded before it is sent, and records are never edited. Works offline.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --item MEC123456789 --limit 5',
    '<%= config.bin %> <%= command.id %> --since 2d --json',
    '<%= config.bin %> <%= command.id %> --csv',
  ]
  static override flags = {
    sandbox: {...sandbox, summary: 'Show only what test users did.'},
    item: Flags.custom<string>({parse: async (given) => itemName(given)})({
      summary: 'Show only changes of this item.',
      helpValue: 'ITEM',
      exclusive: ['subject'],
    }),
    subject: text({summary: 'Show only changes of this question, shipment or path.', helpValue: 'ID|PATH'}),
    since,
    ...{limit, jsonl, csv, separator},
  }

  async run(): Promise<Result | undefined> {
    const {flags} = await this.parse(HistoryList)
    const config = this.settings(flags)
    const history = await (await this.app(config)).writes.history()
    const {sandbox, item, since: from} = flags
    const isSku = item !== undefined && readItemName(item).kind === 'sku'
    const subject = flags.subject ?? (isSku ? undefined : item)
    const query = {account: config.account, sandbox, subject, sku: isSku ? item : undefined, since: from}
    if (flags.jsonl || flags.csv) {
      const rows = history.stream({...query, limit: flags.limit})
      const lines = flags.csv ? csvLines(rows, historyFileColumns, flags.separator ?? ',') : jsonLines(rows)
      await pour(lines, process.stdout, this.signal)
      return undefined
    }
    const result = await history.list({...query, limit: flags.limit ?? 50})
    // --sandbox is false rather than left out.
    const some = Object.values(query).some(Boolean)
    this.show((paper) => renderHistory(result, paper, {some}))
    return result
  }
}
