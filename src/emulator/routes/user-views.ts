import {siteOf} from '../model/sites.js'
import {isTestUser, type User} from '../model/users.js'

/** What anybody sees of an account (docs/mercadolibre.md, section 5). */
export function publicView(user: User): Record<string, unknown> {
  const site = siteOf(user.siteId)
  return {
    id: user.id,
    nickname: user.nickname,
    country_id: site.countryId,
    address: {city: 'Centro', state: `${site.countryId}-01`},
    user_type: 'normal',
    site_id: user.siteId,
    permalink: `http://perfil.${site.domain}/${encodeURIComponent(user.nickname)}`,
    seller_reputation: {
      level_id: null,
      power_seller_status: null,
      transactions: {period: 'historic', total: 0},
      metrics: metrics(),
    },
    status: {site_status: 'active'},
  }
}

/** What the account's own token sees (docs/mercadolibre.md, section 5). */
export function privateView(user: User): Record<string, unknown> {
  const site = siteOf(user.siteId)
  return {
    ...publicView(user),
    registration_date: localTime(user.registeredAt, site.timeOffset),
    first_name: user.firstName,
    last_name: user.lastName,
    gender: '',
    email: user.email,
    identification: {type: 'Otro', number: '0000000000'},
    address: {state: `${site.countryId}-01`, city: 'Centro', address: 'Calle Emulada 123', zip_code: '000000'},
    phone: {area_code: '00', number: '0000000', extension: '', verified: !isTestUser(user)},
    alternative_phone: {area_code: '', number: '', extension: ''},
    tags: [...user.tags],
    logo: null,
    points: 0,
    seller_experience: 'NEWBIE',
    seller_reputation: {
      level_id: null,
      power_seller_status: null,
      transactions: {
        period: 'historic',
        total: 0,
        completed: 0,
        canceled: 0,
        ratings: {positive: 0, negative: 0, neutral: 0},
      },
      metrics: metrics(),
    },
    buyer_reputation: {canceled_transactions: 0, transactions: {period: 'historic', total: null}, tags: []},
    status: privateStatus(),
    credit: {consumed: 0, credit_level_id: `${user.siteId}1`},
  }
}

/** Public clients read it; what is in it stands on no page that we have, so names and figures are ours (section 5). */
function metrics(): Record<string, unknown> {
  const rate = {period: '60 days', rate: 0, value: 0}
  return {
    sales: {period: '60 days', completed: 0},
    claims: rate,
    delayed_handling_time: rate,
    cancellations: rate,
  }
}

function privateStatus(): Record<string, unknown> {
  const allowed = {allow: true, codes: [], immediate_payment: {required: false, reasons: []}}
  return {
    site_status: 'active',
    list: allowed,
    buy: allowed,
    sell: allowed,
    billing: {allow: true, codes: []},
    mercadopago_tc_accepted: true,
    mercadopago_account_type: 'personal',
    mercadoenvios: 'not_accepted',
    immediate_payment: false,
    confirmed_email: true,
    user_type: 'eventual',
    required_action: null,
  }
}

/** With the site's offset, as in `2013-06-06T11:32:01.000-04:00`. */
function localTime(ms: number, offset: string): string {
  const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? []
  const shiftMs = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1)
  return new Date(ms + shiftMs).toISOString().replace('Z', offset)
}
