import {once} from 'node:events'
import {Flags} from '@oclif/core'
import {BaseCommand} from '../cli/base-command.js'
import {duration, text} from '../cli/flags.js'
import type {ServeFlags} from '../cli/serve-settings.js'
import {renderServing, servingResult} from '../ui/serving.js'

export default class Serve extends BaseCommand {
  static override summary = 'Run the server: connect sellers, receive notifications, keep stores up to date.'
  static override description =
    `Serves the web login for sellers, POST /notifications and the pages for operators, syncs every store, and refreshes tokens, until Ctrl-C or SIGTERM. It then finishes running work and exits with 0; a second signal stops it at once. Several servers on one database share the work. How to run it behind https, as a service and in a container: docs/operate.md.

It prints a sign-in link that works once on stderr, and logs in JSON (--log-level info). With --json it prints {"url", "public_url", "pid", "warnings"} as soon as it listens.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --public-url https://meli.example.com --behind-proxy 127.0.0.1',
    '<%= config.bin %> <%= command.id %> --host 0.0.0.0 --port 443 --tls-cert cert.pem --tls-key key.pem --public-url https://meli.example.com',
  ]
  static override flags = {
    host: text({summary: 'Listen on this address.', helpValue: 'ADDRESS', default: '127.0.0.1'}),
    port: Flags.integer({
      summary: 'Listen on this port; 0 picks a free one.',
      helpValue: 'N',
      default: 3000,
      min: 0,
      max: 65_535,
    }),
    'public-url': text({summary: 'Public https address of the server, without a path.', helpValue: 'URL'}),
    'tls-cert': text({
      summary: 'Certificate chain (PEM); read again when it changes.',
      helpValue: 'FILE',
      dependsOn: ['tls-key'],
    }),
    'tls-key': text({summary: 'Private key (PEM).', helpValue: 'FILE', dependsOn: ['tls-cert']}),
    'behind-proxy': text({
      summary: 'Address or CIDR of a proxy whose X-Forwarded headers are trusted.',
      helpValue: 'CIDR',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'sync-every': duration({summary: 'Sync each store this often; 2h by default.', max: 24 * 3_600_000}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Serve)
    const {checkServeFlags} = await import('../cli/serve-settings.js')
    const given: ServeFlags = {
      host: flags.host,
      port: flags.port,
      publicUrl: flags['public-url'],
      tlsCert: flags['tls-cert'],
      tlsKey: flags['tls-key'],
      behindProxy: flags['behind-proxy'],
      syncEveryMs: flags['sync-every'] ?? 2 * 3_600_000,
    }
    checkServeFlags(given)
    // Taken before anything is listening: from here on a signal means to stop in good order.
    const {signal} = this
    signal.addEventListener('abort', stopAtNextSignal, {once: true})
    const config = this.settings(flags)
    const isQuiet = config.origins.some(({name, origin}) => name === 'MELI_LOG_LEVEL' && origin === 'default')
    const app = await this.app(isQuiet ? this.settings(flags, {logLevel: 'info'}) : config)
    const serving = await app.serve(given)
    try {
      const terminal = await app.terminal()
      for (const warning of serving.warnings) terminal.say(`Warning: ${warning}.`)
      // For a person, and worth keeping out of what programs store.
      terminal.reveal(`Sign in (once, within 15 minutes): ${serving.signIn.sign_in_url}`)
      if (this.jsonEnabled()) this.logJson(servingResult(serving))
      else this.show((paper) => renderServing(serving, paper))
      if (!signal.aborted) await once(signal, 'abort')
    } finally {
      await serving.stop()
    }
  }
}

/** Said aloud, since the first process of a container is not ended by signals that nobody handles. */
function stopAtNextSignal(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
}
