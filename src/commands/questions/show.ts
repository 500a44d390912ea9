import {Flags} from '@oclif/core'
import {BaseCommand} from '../../base-command.js'
import {question, sandbox, site} from '../../flags.js'
import type {QuestionPage} from '../../services/questions/questions.js'
import {ageLine} from '../../ui/age.js'
import {renderQuestion} from '../../ui/questions.js'

export default class QuestionsShow extends BaseCommand {
  static override summary = 'Show one question and its answer.'
  static override description =
    'Reads what the last sync and notifications brought, and says on stderr how old that is; --refresh asks for this question first.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 13000000001',
    '<%= config.bin %> <%= command.id %> 13000000001 --refresh --json',
  ]
  static override args = {question: question({description: 'Question id, such as 13000000001.', required: true})}
  static override flags = {
    sandbox,
    site,
    refresh: Flags.boolean({default: false, summary: 'Ask Mercado Libre for this question first.'}),
  }

  async run(): Promise<QuestionPage> {
    const {args, flags} = await this.parse(QuestionsShow)
    const config = this.settings(flags)
    const context = await this.context(config)
    const {sandbox} = flags
    const choice = {account: config.account, sandbox, site: config.requestedSite}
    const questions = await context.questions()
    if (flags.refresh) {
      const session = await (await context.sessions()).open(choice)
      await questions.refresh(session, args.question, this.signal)
      // MELI_ACCESS_TOKEN may speak for another account than the one that acts otherwise.
      Object.assign(choice, {account: String(session.userId), site: undefined})
    }
    const result = await questions.show(choice, args.question)
    // One that was just asked for is not as old as the sync.
    if (!flags.refresh)
      await this.remark(context, ageLine(result, {sandbox, account: flags.account, resource: 'questions'}))
    this.show((paper) => renderQuestion(result, paper))
    return result
  }
}
