import {counted} from '../figures.js'
import type {ForgetBuyersResult} from '../services/buyers/forget-buyers.js'
import {accountName} from './names.js'
import type {Paper} from './paper.js'

export function renderForgotten({dry_run, before, accounts, overwritten}: ForgetBuyersResult, {style}: Paper): string {
  if (accounts.length === 0) return `${style.symbols.ok} There is no account here, and so nothing to forget`
  const rows = accounts.map((each) => {
    const what = [
      counted(each.questions, 'question'),
      counted(each.orders, 'order'),
      counted(each.shipments, 'shipment'),
    ].join(', ')
    return `${dry_run ? style.symbols.skip : style.symbols.ok} ${accountName(each)}: ${what}${dry_run ? ' to empty' : ' emptied'}`
  })
  const rest = dry_run
    ? `Nothing was changed. Made before ${before}, and still with data of the buyer.`
    : `What was made before ${before} is kept without data of the buyer, by later syncs too.`
  const left =
    overwritten === false
      ? [`${style.symbols.fail} Not overwritten on the disk yet: another process was reading. Run it again.`]
      : []
  return [...rows, style.dim(rest), ...left].join('\n')
}
