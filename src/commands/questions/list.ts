import {Flags} from '@oclif/core'
import {itemName, since, text} from '../../cli/flags.js'
import {ListCommand, listFlags} from '../../cli/list-command.js'
import type {QuestionList} from '../../services/sales/questions/questions.js'
import {questionColumns, renderQuestions} from '../../ui/questions.js'

export default class QuestionsList extends ListCommand {
  static override summary = 'List the questions the account received, newest first.'
  static override description =
    'Shows the local copy, and says on stderr how old it is; --refresh fetches the changes first, and exits with 7 if not all could be read. --jsonl and --csv print every question, --json prints one document.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --unanswered',
    '<%= config.bin %> <%= command.id %> --item MEC123456789 --json',
    '<%= config.bin %> <%= command.id %> --since 2d --csv',
  ]
  static override flags = {
    ...listFlags,
    unanswered: Flags.boolean({default: false, summary: 'Show only unanswered questions.', exclusive: ['status']}),
    item: Flags.string({
      summary: 'Show only questions about this item.',
      helpValue: 'ITEM',
      parse: async (given) => itemName(given),
    }),
    status: text({
      summary: 'Show only this status, such as ANSWERED or BANNED.',
      helpValue: 'STATUS',
      parse: async (given) => given.trim().toUpperCase(),
    }),
    since,
    removed: Flags.boolean({default: false, summary: 'Include questions that Mercado Libre has deleted.'}),
  }

  async run(): Promise<QuestionList | undefined> {
    const {flags} = await this.parse(QuestionsList)
    const config = this.settings(flags)
    const app = await this.app(config)
    const {sandbox, item, since: from, removed} = flags
    const status = flags.unanswered ? 'UNANSWERED' : flags.status
    const asked = {account: config.account, sandbox, site: config.requestedSite}
    const choice = flags.refresh ? await this.refreshed(app, asked, flags, await app.sync.questions()) : asked
    const filters = {status, itemId: item, since: from}
    const query = {...choice, ...filters, removed}
    const questions = await app.sales.questions()
    return this.tell(app, flags, {
      page: (limit) => questions.list({...query, limit}),
      stream: (limit) => questions.stream({...query, limit}),
      columns: questionColumns,
      render: renderQuestions,
      filters,
      age: {resource: 'questions', sandbox, account: flags.account},
    })
  }
}
