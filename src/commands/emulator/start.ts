import {once} from 'node:events'
import {EmulatorCommand, emulatorFlags} from '../../cli/emulator-command.js'
import {renderExports, renderStarted, renderStopped} from '../../ui/emulator.js'

export default class EmulatorStart extends EmulatorCommand {
  static override summary = 'Start an emulator, and print the settings that point meli at it.'
  static override description =
    `Prints export lines on standard output and runs until Ctrl-C or SIGTERM, so it does not work with eval "$(...)". Paste the lines into another shell, or save them to a file:

  <%= config.bin %> <%= command.id %> > emulator.env &
  until [ -s emulator.env ]; do sleep 0.1; done; . ./emulator.env

It answers as captured answers of the service show; --profile documented follows the documentation instead, and --set changes one setting. GET /_emulator/settings lists them all. A route that it does not have is answered with 501 and named on standard error, once and in a list at the end.

To run one command or a shell against an emulator of its own: <%= config.bin %> emulator exec -- sh.
With --json it prints {"url", "env", "pid"} as soon as it listens. Exits with 0 when it is stopped.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --site MLB --items 250',
    '<%= config.bin %> <%= command.id %> --port 8080 --state emulator.json --json',
    '<%= config.bin %> <%= command.id %> --latency 50ms --rate-limit 1500',
    '<%= config.bin %> <%= command.id %> --profile documented --set bulk=only-old --set old_order_view=false',
    '<%= config.bin %> <%= command.id %> --notifications-url http://localhost:3000/notifications --topics items,orders_v2',
  ]
  static override flags = emulatorFlags

  async run(): Promise<void> {
    const {flags} = await this.parse(EmulatorStart)
    // Taken before anything is listening: from here on a signal means to stop in good order.
    const {signal} = this
    const {state: stateFile} = flags
    const emulator = await this.startEmulator(flags)
    try {
      const {url, env} = emulator
      if (this.jsonEnabled()) this.logJson({url, env, pid: process.pid})
      else this.log(renderExports(env))
      this.say(
        renderStarted({url, site: emulator.world.siteId, home: this.home, stateFile}, this.paperFor(process.stderr)),
      )
      if (!signal.aborted) await once(signal, 'abort')
    } finally {
      await emulator.close()
    }
    this.sayMissing(emulator)
    this.say(renderStopped(stateFile))
  }
}
