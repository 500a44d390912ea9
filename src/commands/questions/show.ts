import {question} from '../../cli/flags.js'
import {ShowCommand, showFlags} from '../../cli/show-command.js'
import type {QuestionPage} from '../../services/sales/questions/questions.js'
import {renderQuestion} from '../../ui/questions.js'

export default class QuestionsShow extends ShowCommand {
  static override summary = 'Show a question and its answer.'
  static override description =
    'Shows the local copy, and says on stderr how old it is; --refresh fetches this question first.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 13000000001',
    '<%= config.bin %> <%= command.id %> 13000000001 --refresh --json',
  ]
  static override args = {question: question({description: 'Question id, such as 13000000001.', required: true})}
  static override flags = showFlags('question')

  async run(): Promise<QuestionPage> {
    const {args, flags} = await this.parse(QuestionsShow)
    return this.tell(flags, {
      resource: 'questions',
      refresh: async (app, session) => (await app.sales.questions()).refresh(session, args.question, this.signal),
      read: async (app, choice) => (await app.sales.questions()).show(choice, args.question),
      render: renderQuestion,
    })
  }
}
