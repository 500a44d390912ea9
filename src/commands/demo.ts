import {EmulatorCommand, emulatedSite} from '../cli/emulator-command.js'
import type {DemoResult} from '../services/accounts/demo/demo.js'
import {createRecorder, createTeller, renderDemo} from '../ui/demo.js'

export default class DemoCommand extends EmulatorCommand {
  static override summary = 'Watch a whole session in seconds, without an account or network.'
  static override description =
    'Starts an emulator and runs the real meli against it: login, test users, handshakes, two syncs and a token refresh. Your settings and MELI_HOME are not used; everything goes into a temporary folder that is removed at the end.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --site MLB --json',
  ]
  static override flags = {site: emulatedSite}

  async run(): Promise<DemoResult> {
    const {flags} = await this.parse(DemoCommand)
    // Taken before there is anything to remove: from here on a signal means to stop in good order.
    const {signal} = this
    const paper = this.paperFor(process.stdout)
    const recorder = createRecorder()
    const teller = createTeller((text) => process.stdout.write(text), paper)
    const colour = paper.style.bold('x') !== 'x'
    const demo = await this.openDemo(flags.site, this.jsonEnabled() ? recorder : teller, {colour})
    try {
      const result = await demo.run(signal)
      this.log(renderDemo(result, paper))
      if (!result.ok && this.jsonEnabled()) this.say(recorder.lastOutput())
      this.exitWith(result.ok ? 0 : 1)
      return result
    } finally {
      await demo.close()
    }
  }
}
