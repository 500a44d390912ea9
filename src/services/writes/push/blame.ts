import {isMeliError, type MeliError} from '../../../core/errors.js'
import type {PushLine} from '../../ports/index.js'
import type {Rule} from '../selling/wanted.js'
import {asksNothing} from './already-sent.js'

/** Families of errors that say something of the line, or of what it asks for; others end the push. */
export const ofTheLine: ReadonlySet<MeliError['family']> = new Set(['api', 'usage', 'network'])

const ofTheItem: ReadonlySet<Rule> = new Set(['closed_is_final', 'item_busy', 'not_open', 'not_yours', 'under_review'])
const ofThePrice: ReadonlySet<Rule> = new Set(['price_automation', 'price_invalid', 'price_not_taken'])

/** Of lines that went in one request, those that its refusal is about; undefined when nobody can tell. */
export function blamed<Line extends PushLine>(error: unknown, rows: readonly Line[]): readonly Line[] | undefined {
  if (rows.length < 2 || !isMeliError(error)) return rows
  if ((error.family !== 'api' && error.family !== 'usage') || error.code === 'MELI_NOT_FOUND') return rows
  const rule = ruleOf(error)
  if (rule === undefined) return undefined
  if (ofTheItem.has(rule)) return rows
  const guilty = rows.filter(({price, quantity}) => {
    return isOfPrice(error) ? price !== null : rule === 'zero_stock' && quantity === 0
  })
  // The price that an item has may be against a change of anything else.
  return guilty.length > 0 ? guilty : undefined
}

/**
 * What lines still ask for whose price was refused: how many pieces there are is so at any price. Without an activation, which
 * would put them on sale at another price than they are to have.
 */
export function besidePrice<Line extends PushLine>(error: unknown, lines: readonly Line[]): Line[] {
  if (!isMeliError(error) || !isOfPrice(error)) return []
  return lines
    .filter(({price}) => price !== null)
    .map((line) => ({...line, price: null, ...(line.status === 'active' && {status: null})}))
    .filter((line) => !asksNothing(line))
}

/** One rule is against any field, and says which. */
function isOfPrice(error: MeliError): boolean {
  const [rule, fields] = [ruleOf(error), error.details?.fields]
  if (rule === undefined) return false
  const isOnlyPrice = Array.isArray(fields) && fields.length > 0 && fields.every((each) => each === 'price')
  return ofThePrice.has(rule) || (rule === 'not_modifiable' && isOnlyPrice)
}

function ruleOf({details}: MeliError): Rule | undefined {
  // Nothing but `refusalError` writes it.
  return details?.rule as Rule | undefined
}
