import {BaseCommand} from '../cli/base-command.js'
import {reportSettings, type SettingsReport} from '../config/config.js'
import {renderSettings} from '../ui/settings.js'

export default class Config extends BaseCommand {
  static override summary = 'Show every setting and where its value comes from.'
  static override description =
    'Flags win over the environment, the environment over --settings, and that over the config file. Secrets are never shown. Exits with 3 when a setting is invalid.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<SettingsReport> {
    const {flags} = await this.parse(Config)
    const result = reportSettings(this.sources(flags))
    this.show((paper) => renderSettings(result, paper))
    this.exitWith(result.problem?.exit_code ?? 0)
    return result
  }
}
