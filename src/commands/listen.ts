import {Flags} from '@oclif/core'
import type {App} from '../app/create-app.js'
import {BaseCommand} from '../cli/base-command.js'
import {forwardAddress} from '../cli/flags.js'
import {MeliError} from '../core/errors.js'
import {renderFollowed} from '../ui/notifications.js'

export default class Listen extends BaseCommand {
  static override summary = 'Print notifications as they arrive, and forward each to a local address.'
  static override description =
    `Shows what a running meli serve receives on the same database. With --port it receives by itself at http://127.0.0.1:N/notifications: point a tunnel or the emulator there, and nothing else has to run. Notifications of sellers that are not connected are dropped either way.
Each one is forwarded as JSON in the form in which Mercado Libre sends it, one after the other; the answer is shown and has no effect. With --json it prints one JSON object per line. Runs until Ctrl-C, and then exits with 0.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --forward-to http://localhost:3000/webhook',
    '<%= config.bin %> <%= command.id %> --port 8080 --json',
  ]
  static override flags = {
    'forward-to': forwardAddress,
    port: Flags.integer({
      summary: 'Receive on this port of 127.0.0.1; 0 picks a free one.',
      helpValue: 'N',
      min: 0,
      max: 65_535,
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Listen)
    const app = await this.app(this.settings(flags))
    const {signal} = this
    const terminal = await app.terminal()
    const forwardTo = flags['forward-to']
    const follow = await app.notifications.follow(forwardTo)
    const receiver = flags.port === undefined ? undefined : await receive(app, flags.port)
    const where = receiver === undefined ? 'Following the inbox that meli serve fills' : `Receiving at ${receiver.url}`
    const hint = receiver === undefined ? hints[await app.sync.serving()] : ''
    const ready = () =>
      terminal.say(`${where}${forwardTo === undefined ? '' : `, passing on to ${forwardTo}`}. Ctrl-C ends it.${hint}`)
    try {
      for await (const followed of follow.run(signal, ready)) {
        if (this.jsonEnabled()) process.stdout.write(`${JSON.stringify(followed)}\n`)
        else this.show((paper) => renderFollowed(followed, paper))
      }
    } finally {
      await receiver?.close()
    }
  }
}

/** Of whoever waits for what nobody receives. */
const hints = {
  running: '',
  none: '\nNo meli serve seems to run on this database: start one, or add --port N to receive here.',
  unknown: '\nWithout a running meli serve nothing comes: add --port N to receive here.',
} as const

function receive(app: App, port: number) {
  return app.notifications.receive(port).catch((cause: unknown) => {
    const {code, syscall} = cause as NodeJS.ErrnoException
    if (syscall !== 'listen') throw cause
    throw new MeliError('MELI_PORT_UNAVAILABLE', `cannot listen on port ${port} (${code})`, {
      try: [
        'end the other program that listens there',
        'or take another port, and lead the tunnel or the emulator there: --port 0 takes any free one',
      ],
    })
  })
}
