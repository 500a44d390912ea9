import {Errors, Flags} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {sandbox, shipment, shipmentId, site, text} from '../../cli/flags.js'
import {terminalEnv} from '../../config/config.js'
import type {LabelResult} from '../../services/sales/shipments/label-files.js'
import {createPaper} from '../../ui/paper.js'
import {renderLabels} from '../../ui/shipments.js'

export default class ShipmentsLabel extends BaseCommand {
  static override strict = false
  static override summary = 'Save shipping labels to a file.'
  static override description =
    "Labels are PDF, or ZPL for label printers. They are fetched fifty at a time: ZPL goes into one file, PDF into one file per fifty (FILE-2 and so on). A label that cannot be printed is named with the rule that forbids it, and the status is 7; all others are in the file. A file appears complete or not at all, and only you can read it, because labels contain buyers' addresses. With -o - the labels go to standard output. Mercado Libre treats a fetched label as printed; it can be fetched again."
  static override examples = [
    '<%= config.bin %> <%= command.id %> 44000000001 -o label.pdf',
    '<%= config.bin %> <%= command.id %> 44000000001 44000000002 --format zpl -o labels.zpl --force',
    '<%= config.bin %> <%= command.id %> 44000000001 --format zpl -o - > label.zpl',
  ]
  static override args = {shipment: shipment({description: 'Ids of the shipments.', required: true})}
  static override flags = {
    sandbox,
    site,
    format: Flags.option({
      options: ['pdf', 'zpl'] as const,
      summary: 'PDF or ZPL; by default ZPL for a file named .zpl, and PDF otherwise.',
    })(),
    output: text({char: 'o', required: true, summary: 'Write to this file.', helpValue: 'FILE|-'}),
    force: Flags.boolean({default: false, summary: 'Replace an existing file.'}),
  }

  async run(): Promise<LabelResult> {
    const {argv, flags} = await this.parse(ShipmentsLabel)
    const ids = argv.map(shipmentId)
    const {force, output: file} = flags
    const format = flags.format ?? (/\.zpl$/i.test(file) ? 'zpl' : 'pdf')
    const isPiped = file === '-'
    if (isPiped) this.assertPipe(format, ids.length)
    const config = this.settings(flags)
    const app = await this.app(config)
    const choice = {account: config.account, sandbox: flags.sandbox, site: config.requestedSite}
    const session = await (await app.accounts.sessions()).open(choice)
    const result = await (await app.sales.labelFiles()).print(session, ids, {format, force, file, signal: this.signal})
    if (isPiped) {
      // The labels themselves are on stdout.
      const said = renderLabels(result, createPaper({stream: process.stderr, env: terminalEnv(), now: new Date()}))
      if (said !== '') await this.remark(app, said)
    } else this.show((paper) => renderLabels(result, paper))
    this.exitWith(result.ok ? 0 : 7)
    return result
  }

  /** Before anything is asked for: the service takes what it has given for printed. */
  private assertPipe(format: 'pdf' | 'zpl', count: number): void {
    if (this.jsonEnabled()) throw new Errors.CLIError('--json cannot be used with -o -')
    if (process.stdout.isTTY === true) throw new Errors.CLIError('labels are no text for a screen: name a file')
    if (format === 'pdf' && count > 50) throw new Errors.CLIError('PDF of more than 50 is several files: name one')
  }
}
