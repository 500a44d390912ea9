import {Args, Flags} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {text} from '../../cli/flags.js'
import type {SharedStores, SignInLinkResult} from '../../services/dashboard/operators/operators.js'
import {renderShared, renderSignInLink} from '../../ui/operators.js'

export default class OperatorsAdd extends BaseCommand {
  static override summary = 'Invite somebody to meli serve: print a sign-in link that works once.'
  static override description =
    'The link works for 15 minutes and signs one browser in for eight hours. Somebody who was invited before gets a new link. Anybody who has the link can sign in as this person, so give it to nobody else. An operator sees the stores that they connect and those that are shared with them: every present store with --share, or see meli operators share.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> ana@example.com --share',
    '<%= config.bin %> <%= command.id %> ana@example.com --public-url https://meli.example.com --json',
  ]
  static override args = {
    email: Args.string({
      description: 'E-mail address of the person, or the name of the user that meli serve runs as.',
      required: true,
      ignoreStdin: true,
    }),
  }
  static override flags = {
    share: Flags.boolean({default: false, summary: 'Share every store that is connected now.'}),
    'public-url': text({summary: 'Where browsers reach meli serve (MELI_PUBLIC_URL).', helpValue: 'URL'}),
  }

  async run(): Promise<SignInLinkResult & Partial<Pick<SharedStores, 'stores'>>> {
    const {args, flags} = await this.parse(OperatorsAdd)
    const publicUrl = flags['public-url']
    const config = this.settings(flags, publicUrl === undefined ? {} : {publicUrl})
    const operators = await (await this.app(config)).dashboard.operators()
    const link = await operators.invite(args.email, config.publicUrl?.href ?? 'http://127.0.0.1:3000')
    const shared = flags.share ? await operators.share(link.operator) : undefined
    this.show((paper) => {
      const parts = [renderSignInLink(link, paper), ...(shared === undefined ? [] : [renderShared(shared, paper)])]
      return parts.join('\n\n')
    })
    return shared === undefined ? link : {...link, stores: shared.stores}
  }
}
