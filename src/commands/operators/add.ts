import {Args} from '@oclif/core'
import {BaseCommand} from '../../base-command.js'
import {text} from '../../flags.js'
import type {SignInLinkResult} from '../../services/operators/operators.js'
import {renderSignInLink} from '../../ui/operators.js'

export default class OperatorsAdd extends BaseCommand {
  static override summary = 'Let somebody sign in to meli serve: print a link that works once.'
  static override description =
    'The link works for 15 minutes, and signs one browser in for eight hours. For somebody who may sign in already it is one more link. Whoever has it can sign in as this person: give it to nobody else.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> ana@example.com',
    '<%= config.bin %> <%= command.id %> ana@example.com --public-url https://meli.example.com --json',
  ]
  static override args = {
    email: Args.string({description: 'E-mail address of the person.', required: true, ignoreStdin: true}),
  }
  static override flags = {
    'public-url': text({summary: 'Where browsers reach meli serve (MELI_PUBLIC_URL).', helpValue: 'URL'}),
  }

  async run(): Promise<SignInLinkResult> {
    const {args, flags} = await this.parse(OperatorsAdd)
    const publicUrl = flags['public-url']
    const config = this.settings(flags, publicUrl === undefined ? {} : {publicUrl})
    const operators = await (await this.context(config)).operators()
    const result = await operators.invite(args.email, config.publicUrl?.href ?? 'http://127.0.0.1:3000')
    this.show((paper) => renderSignInLink(result, paper))
    return result
  }
}
