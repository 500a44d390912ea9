import {Errors, Flags} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {sandbox, shipment, shipmentId, site, text} from '../../cli/flags.js'
import {terminalEnv} from '../../config/config.js'
import type {LabelResult} from '../../services/sales/shipments/label-files.js'
import {createPaper} from '../../ui/paper.js'
import {renderLabels} from '../../ui/shipments.js'

export default class ShipmentsLabel extends BaseCommand {
  static override strict = false
  static override summary = 'Print the labels of shipments into a file.'
  static override description =
    'PDF, or ZPL for label printers. Fifty are asked for at a time: ZPL of more comes in one file, of PDF each fifty get a file of their own, FILE-2 and so on. What cannot be printed is named with the rule behind it, the status is 7 then, and the labels of all others are in the file. A file appears whole or not at all, for its owner alone: a label has the address of a buyer. With -o - they go to standard output, for a printer. Mercado Libre takes a label that was fetched for printed; it can be fetched again.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 44000000001 -o label.pdf',
    '<%= config.bin %> <%= command.id %> 44000000001 44000000002 --format zpl -o labels.zpl --force',
    '<%= config.bin %> <%= command.id %> 44000000001 --format zpl -o - > label.zpl',
  ]
  static override args = {shipment: shipment({description: 'Ids of shipments.', required: true})}
  static override flags = {
    sandbox,
    site,
    format: Flags.option({
      options: ['pdf', 'zpl'] as const,
      summary: 'PDF or ZPL; left out, ZPL into a file of that ending, and else PDF.',
    })(),
    output: text({char: 'o', required: true, summary: 'Into this file.', helpValue: 'FILE|-'}),
    force: Flags.boolean({default: false, summary: 'Replace a file that exists.'}),
  }

  async run(): Promise<LabelResult> {
    const {argv, flags} = await this.parse(ShipmentsLabel)
    const ids = argv.map(shipmentId)
    const {force, output: file} = flags
    const format = flags.format ?? (/\.zpl$/i.test(file) ? 'zpl' : 'pdf')
    const isPiped = file === '-'
    if (isPiped) this.assertPipe(format, ids.length)
    const config = this.settings(flags)
    const context = await this.context(config)
    const choice = {account: config.account, sandbox: flags.sandbox, site: config.requestedSite}
    const session = await (await context.sessions()).open(choice)
    const result = await (await context.labelFiles()).print(session, ids, {format, force, file, signal: this.signal})
    if (isPiped) {
      // The labels themselves are on stdout.
      const said = renderLabels(result, createPaper({stream: process.stderr, env: terminalEnv(), now: new Date()}))
      if (said !== '') await this.remark(context, said)
    } else this.show((paper) => renderLabels(result, paper))
    this.exitWith(result.ok ? 0 : 7)
    return result
  }

  /** Before anything is asked for: the service takes what it has given for printed. */
  private assertPipe(format: 'pdf' | 'zpl', count: number): void {
    if (this.jsonEnabled()) throw new Errors.CLIError('--json does not go with -o -')
    if (process.stdout.isTTY === true) throw new Errors.CLIError('labels are no text for a screen: name a file')
    if (format === 'pdf' && count > 50) throw new Errors.CLIError('PDF of more than 50 is several files: name one')
  }
}
