import {Flags} from '@oclif/core'
import {BaseCommand} from '../cli/base-command.js'
import {duration, sandbox, site} from '../cli/flags.js'
import type {HandshakeCandidates, HandshakesResult} from '../services/accounts/verify/handshakes.js'
import type {HandshakeResult} from '../services/accounts/verify/result.js'
import {renderCandidates, renderHandshake, renderHandshakes} from '../ui/handshake.js'

/** A token lives six hours: to ask for more would spend the refresh token at every run, and fail all the same. */
const longestTtlMs = 5 * 3_600_000

export default class VerifyHandshake extends BaseCommand {
  static override summary = 'Verify that the stored credentials work, step by step.'
  static override description =
    'Exits with 0 when everything works and with a different status per cause otherwise, so that a CI job can tell an expired authorization (4) from a service that is down (6).'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --sandbox --json',
    '<%= config.bin %> <%= command.id %> --no-refresh --min-ttl 30m',
  ]
  static override flags = {
    sandbox,
    site,
    'user-id': Flags.string({summary: 'Same as --account.', helpValue: 'ID|NICK', exclusive: ['account']}),
    all: Flags.boolean({
      default: false,
      summary: 'Verify every account of the mode.',
      exclusive: ['account', 'user-id', 'list'],
    }),
    list: Flags.boolean({
      default: false,
      summary: 'List the accounts that can be verified, offline.',
      exclusive: ['all'],
    }),
    'min-ttl': duration({
      summary: 'Fail if the token has less time left than this, such as 30m; at most 5h.',
      default: 0,
      max: longestTtlMs,
    }),
    'no-refresh': Flags.boolean({default: false, summary: 'Never use the refresh token.'}),
  }

  async run(): Promise<HandshakeResult | HandshakesResult | HandshakeCandidates> {
    const {flags} = await this.parse(VerifyHandshake)
    const config = this.settings(flags)
    const handshakes = await (await this.app(config)).accounts.handshakes()
    const mode = {sandbox: flags.sandbox, site: config.requestedSite}
    if (flags.list) {
      const candidates = await handshakes.list(mode)
      this.show((paper) => renderCandidates(candidates, paper))
      return candidates
    }
    const account = flags['user-id'] ?? config.account
    const options = {...mode, account, minTtlMs: flags['min-ttl'], refresh: !flags['no-refresh']}
    const result = flags.all ? await handshakes.all(options) : await handshakes.one(options)
    this.show((paper) => ('handshakes' in result ? renderHandshakes(result, paper) : renderHandshake(result, paper)))
    this.exitWith(result.exit_code)
    return result
  }
}
