import {Args, Flags} from '@oclif/core'
import {rowId, writeFlags} from '../../cli/flags.js'
import {WriteCommand} from '../../cli/write-command.js'
import type {DryRunResult} from '../../services/writes/dry-run.js'
import type {UndoResult} from '../../services/writes/undo.js'
import {renderChange} from '../../ui/changes.js'

export default class HistoryUndo extends WriteCommand {
  static override summary = 'Undo a change of stock, price or status.'
  static override description =
    'Sets the previous value again, as a change of its own. Refuses if the item has changed since, for example by a sale; --force undoes it anyway. Closing an item, answering a question and requests of meli api cannot be undone.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 17 --sandbox',
    '<%= config.bin %> <%= command.id %> 17 --sandbox --dry-run',
  ]
  static override args = {
    id: Args.custom<number>({parse: async (given) => rowId(given)})({
      description: 'Number in meli history.',
      required: true,
    }),
  }
  static override flags = {
    ...writeFlags,
    force: Flags.boolean({default: false, summary: 'Undo even if the item has changed since.'}),
  }

  async run(): Promise<UndoResult | DryRunResult> {
    const {args, flags} = await this.parse(HistoryUndo)
    const config = this.settings(flags)
    const undo = await (await this.app(config)).writes.undo()
    const result = await undo.run(
      {choice: this.choice(config, flags), id: args.id, force: flags.force, dryRun: flags['dry-run']},
      this.signal,
    )
    this.show((paper) => renderChange(result, paper, {actor: this.actor}))
    return result
  }
}
