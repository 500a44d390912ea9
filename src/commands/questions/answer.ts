import {Args} from '@oclif/core'
import {question, writeFlags} from '../../cli/flags.js'
import {WriteCommand} from '../../cli/write-command.js'
import type {AnswerResult} from '../../services/sales/questions/answer.js'
import type {DryRunResult} from '../../services/writes/dry-run.js'
import {renderAnswered} from '../../ui/questions.js'
import {readStdin} from '../../ui/stdin.js'
import {renderDryRun} from '../../ui/writes.js'

export default class QuestionsAnswer extends WriteCommand {
  static override summary = 'Answer a question.'
  static override description =
    'An answer has at most 2,000 characters. A question takes one answer, which cannot be changed or undone. For a real account the command asks first at a terminal, and needs --live elsewhere. A dry run reads the question and sends nothing.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 13000000001 "Sí, tenemos en stock." --dry-run',
    '<%= config.bin %> <%= command.id %> 13000000001 "Sí, tenemos en stock." --live=TIENDA_ANDINA',
    'printf "Claro.\\nGracias por preguntar." | <%= config.bin %> <%= command.id %> 13000000001 - --sandbox --json',
  ]
  static override args = {
    question: question({description: 'Question id, such as 13000000001.', required: true}),
    text: Args.string({description: 'Text of the answer; - reads standard input.', required: true}),
  }
  static override flags = writeFlags

  async run(): Promise<AnswerResult | DryRunResult> {
    const {args, flags} = await this.parse(QuestionsAnswer)
    const config = this.settings(flags)
    const text = args.text === '-' ? await this.piped() : args.text
    const app = await this.app(config)
    const choice = this.choice(config, flags)
    const answer = await app.sales.answerQuestion()
    const options = {dryRun: flags['dry-run'], signal: this.signal}
    const result = await answer.run(choice, {id: args.question, text}, options)
    this.show((paper) => (result.dry_run ? renderDryRun(result, paper, this.actor) : renderAnswered(result, paper)))
    return result
  }

  private piped(): Promise<string> {
    const example = `meli questions answer 13000000001 - < answer.txt`
    return readStdin(process.stdin, {what: 'The answer', example})
  }
}
