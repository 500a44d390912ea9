import type {FastifyInstance} from 'fastify'
import {type Fields, isFields} from '../model/json.js'
import {siteOf, sites} from '../model/sites.js'
import {type Caller, isTestUser, type User} from '../model/users.js'
import {accessDenied, badRequest, forbidden, notFound, WireError} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'
import {documentedSelection, readSelection, type Selection} from './item-selection.js'
import {inOwnOrder, readIds} from './multiget.js'
import {readQuery} from './query.js'

/** `/users/me`, `/users/{id}` and both multiget routes (docs/mercadolibre.md, sections 0 and 5). */
export function registerUsers(app: FastifyInstance, world: World): void {
  app.get('/users/me', (request) => {
    const caller = authenticate(world, request)
    return view(world, String(caller.userId), caller)
  })

  app.get<{Params: {id: string}}>('/users/:id', (request) =>
    view(world, request.params.id, authenticate(world, request)),
  )

  app.get('/users/bulk', (request) => {
    const caller = authenticate(world, request)
    const {settings} = world.catalogue
    // Without the new route, `bulk` is read as the id of a user.
    if (settings.bulk === 'only-old') return view(world, 'bulk', caller)
    const query = readQuery(request.query)
    const wanted = readSelection(query.get('attributes'))
    const element = settings.bulk_element === 'documented' ? documentedElement : observedElement
    const ids = readIds(query)
    return (settings.multiget_order === 'own' ? inOwnOrder(ids) : ids).map((id) =>
      element(fetchUser(world, id, caller), wanted),
    )
  })

  app.get('/users', (request) => {
    const caller = authenticate(world, request)
    if (world.catalogue.settings.bulk === 'only-new') throw notFound('resource not found')
    const query = readQuery(request.query)
    const wanted = readSelection(query.get('attributes'))
    return readIds(query).map((id) => {
      const {status, body} = fetchUser(world, id, caller)
      return {code: status, body: status === 200 ? (wanted?.pick(body) ?? body) : body}
    })
  })
}

/** Like an element of `/items/bulk` (section 6.2): names select fields of the element, and a refusal has `error` and no `body`. */
function observedElement({id, status, body}: UserPart, wanted: Selection | undefined): Fields {
  const envelope = {id, status_code: status}
  const element = status === 200 ? {...envelope, body} : {...envelope, error: {message: body.message}}
  return wanted?.pick(element) ?? element
}

/** The documented form: names select below `body.`, and elements keep their other fields. */
function documentedElement({id, status, body}: UserPart, wanted: Selection | undefined): Fields {
  const selection = documentedSelection(wanted).body
  return {id, status_code: status, body: status === 200 ? (selection?.pick(body) ?? body) : body}
}

/** The private view for the account itself, and the public view for others. The wording of the 404 is ours. */
function view(world: World, id: string, caller: Caller): Record<string, unknown> {
  const user = /^\d+$/.test(id) ? world.users.get(Number(id)) : undefined
  if (user === undefined) throw notFound(`User with id ${id} not found`)
  return user.id === caller.userId ? privateView(user) : publicView(user)
}

interface UserPart {
  id: string
  status: number
  body: Fields
}

function fetchUser(world: World, id: string, caller: Caller): UserPart {
  try {
    return {id, status: 200, body: view(world, id, caller)}
  } catch (error) {
    if (error instanceof WireError && isFields(error.body)) return {id, status: error.status, body: error.body}
    throw error
  }
}

/** An account as others see it (docs/mercadolibre.md, section 5). */
function publicView(user: User): Record<string, unknown> {
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

/** An account as its own token sees it (docs/mercadolibre.md, section 5). */
function privateView(user: User): Record<string, unknown> {
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

/** Public clients read it, but its content is not documented, so names and figures are ours (section 5). */
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

/** A time with the site's offset: `2013-06-06T11:32:01.000-04:00`. */
function localTime(ms: number, offset: string): string {
  const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? []
  const shiftMs = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1)
  return new Date(ms + shiftMs).toISOString().replace('Z', offset)
}

/** The most test users of one account (docs/mercadolibre.md, section 4). */
const mostPerOwner = 10

/** `POST /users/test_user`. Only this answer has the password. */
export function registerTestUsers(app: FastifyInstance, world: World): void {
  app.post('/users/test_user', (request, reply) => {
    const caller = authenticate(world, request)
    if (caller.isTestUser) throw accessDenied()
    const siteId = requestedSite(request.body)
    if (siteId === undefined || !sites.has(siteId)) throw badRequest('invalid site_id')
    if (world.users.testUsersOf(caller.userId).length >= mostPerOwner) throw forbidden()
    const user = world.users.addTest(caller.userId, siteId)
    return reply
      .code(world.settings.test_user_status)
      .send({id: user.id, nickname: user.nickname, password: user.password, site_status: 'active'})
  })
}

function requestedSite(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('site_id' in body)) return undefined
  return typeof body.site_id === 'string' ? body.site_id : undefined
}
