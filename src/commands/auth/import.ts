import {BaseCommand} from '../../cli/base-command.js'
import {expect} from '../../cli/flags.js'
import type {LinkResult} from '../../services/accounts/login/linker.js'
import {renderLinked} from '../../ui/login.js'

export default class AuthImport extends BaseCommand {
  static override summary = 'Import a token that was obtained elsewhere, from standard input.'
  static override description =
    'Reads a refresh token (TG-...), or the JSON of the token endpoint that contains a refresh_token. The token is verified with Mercado Libre before it is stored. A refresh token works once, so every other copy of it stops working. A token that was already used here is refused without being sent.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> < token.json',
    'echo "$REFRESH_TOKEN" | <%= config.bin %> <%= command.id %> --expect TIENDA_ANDINA --json',
  ]
  static override flags = {expect}

  async run(): Promise<LinkResult> {
    const {flags} = await this.parse(AuthImport)
    const app = await this.app(this.settings(flags))
    const text = await app.stdin({what: 'the token', example: 'meli auth import < token.json'})
    const result = await (await app.accounts.importToken()).run(text, flags.expect ?? null)
    this.show((paper) => renderLinked(result, paper))
    return result
  }
}
