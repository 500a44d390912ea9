import type {Command} from '@oclif/core'
import {CommandHelp, Help} from '@oclif/core/help'

/** Help of a command: summary, examples, description, usage, then the lists of arguments and flags. */
class ExamplesFirst extends CommandHelp {
  protected override sections() {
    const order = ['EXAMPLES', 'DESCRIPTION']
    const sections = super.sections()
    const first = order.flatMap((header) => sections.filter((section) => section.header === header))
    return [...first, ...sections.filter(({header}) => !order.includes(header))]
  }

  /** The summary stands above all sections already. */
  protected override description(): string | undefined {
    const {description} = this.command
    return description === undefined ? undefined : this.wrap(description)
  }

  protected override defaultUsage(): string {
    const args = Object.values(this.command.args ?? {}).filter(({hidden}) => hidden !== true)
    return [this.command.id, ...args.map((arg) => this.arg(arg)), '[flags]'].join(' ')
  }
}

/** The help of the program, which package.json names as oclif's `helpClass`. */
export class MeliHelp extends Help {
  protected override getCommandHelpClass(command: Command.Loadable): CommandHelp {
    return new ExamplesFirst(command, this.config, this.opts)
  }
}
