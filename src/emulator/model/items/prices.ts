import type {Fields} from '../json.js'
import {siteOf} from '../sites.js'
import {type Item, promotionOf, pseudoRandom} from './item.js'

/** The only context in which promotions apply. */
const marketplace = 'channel_marketplace'

/** Prices have times in whole seconds. */
function priceTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** The standard price, and the promotion's price when there is one. docs/mercadolibre.md, section 6.7. */
export function pricesOf(item: Item, nowMs: number): Fields[] {
  const standard = {
    id: standardIdOf(item),
    type: 'standard',
    amount: item.price,
    regular_amount: null,
    currency_id: siteOf(item.siteId).currencyId,
    last_updated: priceTime(item.updatedMs),
    conditions: {context_restrictions: [], start_time: null, end_time: null},
  }
  const promotion = promotionOf(item, nowMs)
  if (promotion === null) return [standard]
  const {amount, startMs, endMs} = promotion
  return [
    standard,
    {
      ...standard,
      id: promotionIdOf(item),
      type: 'promotion',
      amount,
      regular_amount: item.price,
      last_updated: priceTime(startMs),
      conditions: {
        context_restrictions: [marketplace],
        start_time: priceTime(startMs),
        end_time: priceTime(endMs),
      },
    },
  ]
}

/** The price that a buyer pays now in a context, the marketplace by default. */
export function salePriceOf(item: Item, nowMs: number, context = marketplace): Fields {
  const promotion = context === marketplace ? promotionOf(item, nowMs) : null
  return {
    price_id: promotion === null ? standardIdOf(item) : promotionIdOf(item),
    amount: promotion?.amount ?? item.price,
    regular_amount: promotion === null ? null : item.price,
    currency_id: siteOf(item.siteId).currencyId,
    reference_date: priceTime(nowMs),
    metadata: promotion === null ? {} : campaignOf(item),
  }
}

function campaignOf({id, siteId, number}: Item): Fields {
  return {
    campaign_id: `C-${siteId}${pseudoRandom(number, 21, 9_000_000)}`,
    promotion_id: `OFFER-${id}-${10_000_000_000 + pseudoRandom(number, 22, 900_000_000)}`,
    promotion_type: 'custom',
  }
}

function standardIdOf({number}: Item): string {
  return String(1 + pseudoRandom(number, 20, 500))
}

function promotionIdOf(item: Item): string {
  return String(Number(standardIdOf(item)) + 1)
}
