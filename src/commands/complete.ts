import {BaseCommand} from '../cli/base-command.js'
import {complete, type ReadValues} from '../cli/completion.js'

export default class Complete extends BaseCommand {
  static override summary = 'Complete a command line, for the scripts of meli completion.'
  static override description =
    'Prints one candidate for the last word per line, then a directive for the shell, in the format of cobra.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> -- auth s',
    "<%= config.bin %> <%= command.id %> -- price set ''",
  ]
  static override hidden = true
  static override enableJsonFlag = false
  static override strict = false

  /** The words stand behind `--`, and are nobody's flags here. */
  async run(): Promise<void> {
    const [, ...words] = this.argv
    await complete(words, this.config, this.read)
  }

  /** None, where the settings or the database cannot be read: whoever types is told by the command itself. */
  private readonly read: ReadValues = async (kind, prefix) => {
    try {
      const app = await this.app(this.settings({}))
      return await (await app.catalogue.wordValues()).startingWith(kind, prefix)
    } catch {
      return []
    }
  }
}
