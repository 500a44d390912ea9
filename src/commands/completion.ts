import {Args} from '@oclif/core'
import {BaseCommand} from '../cli/base-command.js'
import {printScript, shells} from '../cli/completion.js'

export default class Completion extends BaseCommand {
  static override summary = 'Print the completion script for your shell.'
  static override description = [
    'Completes commands, flags, accounts, sites, and the ids of items, orders, questions and shipments from the local database; nothing is sent.',
    'Load the script when your shell starts:',
    '',
    "bash: echo 'source <(meli completion bash)' >> ~/.bashrc",
    '',
    "zsh: echo 'source <(meli completion zsh)' >> ~/.zshrc, below compinit",
    '',
    'fish: meli completion fish > ~/.config/fish/completions/meli.fish',
    '',
    'PowerShell: meli completion powershell | Out-String | Invoke-Expression, in $PROFILE',
  ].join('\n')
  static override examples = ['<%= config.bin %> <%= command.id %> bash', '<%= config.bin %> <%= command.id %> fish']
  static override enableJsonFlag = false
  static override args = {
    shell: Args.string({
      description: 'Your shell.',
      options: [...shells],
      required: true,
      ignoreStdin: true,
    }),
  }

  async run(): Promise<void> {
    const {args} = await this.parse(Completion)
    printScript(args.shell, this.config.bin)
  }
}
