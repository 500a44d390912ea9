import {counted} from '../core/format-number.js'
import {minuteOf} from '../core/format-time.js'
import type {ForgetBuyersResult} from '../services/sales/buyers/forget-buyers.js'
import {accountName} from './names.js'
import type {Paper} from './paper.js'

export function renderForgotten(result: ForgetBuyersResult, {style}: Paper): string {
  const {dry_run, accounts, overwritten} = result
  const before = minuteOf(result.before)
  if (accounts.length === 0) return `${style.symbols.ok} There is no account here, and so nothing to forget`
  const left =
    overwritten === false
      ? [`${style.symbols.fail} Not overwritten on the disk yet: another process was reading. Run it again.`]
      : []
  if (!dry_run && accounts.every(isEmpty)) {
    const why = `nothing here that was made before ${before} has data of the buyer`
    return [`${style.symbols.ok} Nothing is to be removed: ${why}`, ...left].join('\n')
  }
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
  return [...rows, style.dim(rest), ...left].join('\n')
}

function isEmpty({questions, orders, shipments}: ForgetBuyersResult['accounts'][0]): boolean {
  return questions + orders + shipments === 0
}
