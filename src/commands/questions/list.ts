import {Flags} from '@oclif/core'
import {itemName, since, text} from '../../cli/flags.js'
import {ListCommand, listFlags} from '../../cli/list-command.js'
import type {QuestionList} from '../../services/sales/questions/questions.js'
import {questionColumns, renderQuestions} from '../../ui/questions.js'

export default class QuestionsList extends ListCommand {
  static override summary = 'List questions that the account received, the newest first.'
  static override description =
    'Reads what the last sync and notifications brought, and says on stderr how old that is; --refresh asks for what changed first, and leaves with 7 when not all of it could be read. A table for people; --jsonl and --csv give every question, --json one document.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --unanswered',
    '<%= config.bin %> <%= command.id %> --item MEC123456789 --json',
    '<%= config.bin %> <%= command.id %> --since 2d --csv',
  ]
  static override flags = {
    ...listFlags,
    unanswered: Flags.boolean({default: false, summary: 'Only those that wait for an answer.', exclusive: ['status']}),
    item: Flags.string({
      summary: 'Only those about this item.',
      helpValue: 'ITEM',
      parse: async (given) => itemName(given),
    }),
    status: text({
      summary: 'Only those of this status, such as ANSWERED or BANNED.',
      helpValue: 'STATUS',
      parse: async (given) => given.trim().toUpperCase(),
    }),
    since,
    removed: Flags.boolean({default: false, summary: 'Those too that Mercado Libre has deleted since.'}),
  }

  async run(): Promise<QuestionList | undefined> {
    const {flags} = await this.parse(QuestionsList)
    const config = this.settings(flags)
    const context = await this.context(config)
    const {sandbox, item, since: from, removed} = flags
    const status = flags.unanswered ? 'UNANSWERED' : flags.status
    const asked = {account: config.account, sandbox, site: config.requestedSite}
    const choice = flags.refresh ? await this.refreshed(context, asked, flags, await context.questionSync()) : asked
    const filters = {status, itemId: item, since: from}
    const query = {...choice, ...filters, removed}
    const questions = await context.questions()
    return this.tell(context, flags, {
      page: (limit) => questions.list({...query, limit}),
      stream: (limit) => questions.stream({...query, limit}),
      columns: questionColumns,
      render: renderQuestions,
      filters,
      age: {resource: 'questions', sandbox, account: flags.account},
    })
  }
}
