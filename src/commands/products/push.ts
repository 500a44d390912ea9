import {Args, Flags} from '@oclif/core'
import type {App} from '../../app/create-app.js'
import {pace, text, writeFlags} from '../../cli/flags.js'
import {WriteCommand} from '../../cli/write-command.js'
import type {RecordFile} from '../../services/ports/index.js'
import type {PushDryRunOptions, PushDryRunResult, PushRequest} from '../../services/writes/push/dry-run.js'
import type {PushResult} from '../../services/writes/push/push-result.js'
import {csvLines} from '../../ui/csv.js'
import {pushTable} from '../../ui/push-columns.js'
import {dryRunSummary, renderPush, withWayOn} from '../../ui/pushes.js'
import {assertFree, pourIntoFile, resultFileOf} from '../../ui/result-file.js'
import {renderRequest} from '../../ui/writes.js'

export default class ProductsPush extends WriteCommand {
  static override summary = 'Set prices, stock and statuses from a CSV or JSON lines file.'
  static override description =
    'The first line names the columns, in English, Spanish or Portuguese: id or sku, and price, stock or status. An empty cell changes nothing. The whole file is checked first, and invalid lines are reported by number before anything is sent. Then each line is compared with Mercado Libre, and only differences are sent. After an interruption, run it again to resume. FILE.result.csv has the outcome of every line; the status is 7 if some failed. More: docs/push.md.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> changes.csv --dry-run',
    '<%= config.bin %> <%= command.id %> changes.csv --live TIENDA_ANDINA',
    `$ printf 'id;precio\\nMEC123456789;19,90\\n' | <%= config.bin %> <%= command.id %> - --live TIENDA_ANDINA`,
  ]
  static override args = {
    file: Args.string({description: 'CSV or JSON lines file; - reads standard input.', required: true}),
  }
  static override flags = {
    ...writeFlags,
    decimal: Flags.option({options: ['comma', 'point'] as const, helpValue: 'comma|point'})({
      summary: 'Decimal separator of the CSV, if the file does not show which one it uses.',
    }),
    'skip-bad': Flags.boolean({default: false, summary: 'Skip invalid lines instead of sending nothing.'}),
    restart: Flags.boolean({default: false, summary: 'Start over instead of resuming an interrupted push.'}),
    output: text({char: 'o', summary: 'Result file; FILE.result.csv by default.', helpValue: 'FILE'}),
    force: Flags.boolean({default: false, summary: 'Replace an existing result file named by -o.'}),
    jsonl: Flags.boolean({default: false, summary: 'With --dry-run, print one JSON object per line.'}),
    rate: pace.rate,
    concurrency: Flags.integer({
      summary: 'Number of parallel requests; 4 by default.',
      helpValue: 'N',
      min: 1,
      max: 64,
    }),
  }

  async run(): Promise<PushResult | PushDryRunResult> {
    const {args, flags} = await this.parse(ProductsPush)
    const {decimal, concurrency, restart} = flags
    const config = this.settings(flags)
    const app = await this.app(config)
    const choice = this.choice(config, flags)
    const options = {...choice, decimal, concurrency, skipBad: flags['skip-bad'], signal: this.signal}
    const {target, force} = resultFileOf(args.file, flags)
    if (target !== null && !flags['dry-run']) assertFree(target, {force})
    const file = await app.recordFile(args.file, this.signal)
    try {
      if (flags['dry-run']) return await this.dryRun(app, file, options, flags.jsonl || !process.stdout.isTTY)
      const [push, progress] = [await app.writes.productPush(), await app.progress('lines')]
      const result = await push
        .run(file, {
          ...{...options, restart},
          keep: async (rows, marks) => {
            const {columns, separator} = pushTable(file, marks)
            if (target !== null) await pourIntoFile(csvLines(rows, columns, separator), target, {force})
            return target
          },
          onProgress: ({phase, done, total}) => {
            progress.update({done, total, details: [phase]})
            // A question may follow.
            if (done >= total) progress.end()
          },
        })
        .catch((error: unknown) => {
          throw withWayOn(error)
        })
        .finally(() => progress.end())
      this.show((paper) => renderPush(result, paper))
      this.exitWith(result.ok ? (result.result_file_error === null ? 0 : 3) : 7)
      return result
    } finally {
      await file.close()
    }
  }

  /** As people read them at a terminal, else one a line, so that `jq` and `wc -l` can have them; --json has all in one. */
  private async dryRun(app: App, file: RecordFile, options: PushDryRunOptions, asLines: boolean) {
    const print = (request: PushRequest) =>
      this.show((paper) => (asLines ? JSON.stringify(request) : `${renderRequest(request, paper)}\n`))
    const onRequest = this.jsonEnabled() ? undefined : print
    const result = await (await app.writes.pushDryRun()).run(file, {...options, onRequest})
    await this.remark(app, dryRunSummary(result, process.stderr.columns))
    this.exitWith(result.ok ? 0 : 7)
    return result
  }
}
