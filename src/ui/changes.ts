import {changeLines, unitOf, valueFor, wordFor} from '../core/format-change.js'
import {counted} from '../core/format-number.js'
import type {DryRunResult} from '../services/writes/dry-run.js'
import type {ChangeResult} from '../services/writes/selling/item-changes.js'
import type {UndoResult} from '../services/writes/undo.js'
import {type Acting, flagsOf} from './acting.js'
import {titleLine} from './names.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'
import {type Actor, renderDryRun} from './writes.js'

/** What a change of one item came to, or would come to. */
export function renderChange(
  result: ChangeResult | UndoResult | DryRunResult,
  paper: Paper,
  {actor, ...acting}: Acting & {actor?: Actor | undefined} = {},
): string {
  if ('dry_run' in result) return renderDryRun(result, paper, actor)
  const {style} = paper
  const {item_id: id, title, nickname, before, after, currency_id: currency, notes, warnings} = result
  const name = title === null ? id : `${id} ${style.bold(titleLine(title))}`
  if (!result.changed) return `${style.symbols.ok} ${name}: ${printable(standing(after, currency))}; nothing was sent`
  const back = result.write_ids.at(-1)
  return [
    `${style.symbols.ok} ${name} of ${printable(nickname)}`,
    ...changeLines({before, after}, currency).map((line) => `  ${printable(line)}`),
    ...notes.map((note) => `  ${style.dim(printable(note))}`),
    ...(result.attempts > 1 ? [`  ${style.dim(`${counted(result.attempts, 'request')} sent`)}`] : []),
    ...warnings.map((warning) => `${style.symbols.warn} ${printable(warning)}`),
    ...('undoes' in result || back === undefined || after.status === 'closed'
      ? []
      : [style.dim(`To undo it: meli history undo ${back}${flagsOf(acting)}`)]),
  ].join('\n')
}

/** `stock is 4 already`. */
function standing(after: ChangeResult['after'], currency: string | null): string {
  const values = Object.entries(after).filter(([name]) => name !== 'place')
  return `${values.map(([name, value]) => `${wordFor(name)} is ${valueFor(name, value)}${unitOf(name, currency)}`).join(', ')} already`
}
