import {afterEach} from '@jest/globals'
import {createMercadoLibre} from '../../../src/meli/api/api.js'
import type {Fetched, MissingRecord, Order, WalkPage, WalkSource} from '../../../src/services/ports/index.js'
import {type Reply, startServer} from '../../support/http-server.js'
import {type Claim, honest} from '../../support/seller-server.js'
import {quickHttp} from '../../support/wire.js'

export const hourMs = 3_600_000
export const now = new Date('2026-03-01T12:30:00Z')
export const seller = 8_035_443

export interface Sale {
  id: number
  createdAt: Date
  updatedAt: Date
  status: string
  sellerId?: number
}

export function sale(id: number, createdAt: Date, changes: Partial<Sale> = {}): Sale {
  return {id, createdAt, updatedAt: createdAt, status: 'paid', ...changes}
}

export interface Shop {
  sales: Sale[]
  /** Offset and limit together. */
  cap: number | null
  /** Beyond the cap pages are empty, not refused. */
  silent: boolean
  /** What the service claims to have. */
  claim: Claim
  /** Before each search. */
  before: (search: number) => void
  requests: URL[]
  source: WalkSource<Order>
}

const open: {close(): unknown}[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

/** A search as section 8 has it: dates cut down to the hour, 50 at most, cancelled ones only by their status. */
export async function openShop(changes: Partial<Pick<Shop, 'sales' | 'cap' | 'silent' | 'claim'>> = {}): Promise<Shop> {
  const requests: URL[] = []
  const usual = {sales: [], cap: 1000, silent: false, before: () => undefined, claim: honest}
  const shop = {...usual, ...changes} as unknown as Shop
  const {source} = await openSource((response, {url}) => {
    const address = new URL(url, 'http://127.0.0.1')
    shop.before(requests.push(address))
    const answer = search(shop, address.searchParams)
    response.writeHead(answer === undefined ? 400 : 200, {'content-type': 'application/json'})
    response.end(
      JSON.stringify(answer ?? {message: 'Invalid limit and offset values', error: 'bad_request', status: 400}),
    )
  })
  return Object.assign(shop, {requests, source})
}

export async function openSource(...replies: Reply[]): Promise<{source: WalkSource<Order>}> {
  const server = await startServer(...replies)
  const http = quickHttp(server.origin)
  open.push(server, http)
  return {source: createMercadoLibre(http)({current: async () => 'token'}).orders(seller)}
}

function search({sales, cap, silent, claim}: Shop, query: URLSearchParams) {
  const [limit, offset] = [Number(query.get('limit')), Number(query.get('offset'))]
  const statuses = query.get('order.status')?.split(',')
  const rows = sales
    .filter(({status}) => (statuses === undefined ? status !== 'cancelled' : statuses.includes(status)))
    .filter(({createdAt}) => within(createdAt, query, 'order.date_created'))
    .filter(({updatedAt}) => within(updatedAt, query, 'order.date_last_updated'))
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || a.id - b.id)
  const isBeyond = cap !== null && offset + limit > cap
  if (isBeyond && !silent) return undefined
  const results = isBeyond ? [] : rows.slice(offset, offset + limit).map(rendered)
  return {results, paging: {total: claim(rows.length, results.length), offset, limit}}
}

function within(date: Date, query: URLSearchParams, name: string): boolean {
  const hour = (end: string) => {
    const given = query.get(`${name}.${end}`)
    return given === null ? undefined : Math.floor(Date.parse(given) / hourMs) * hourMs
  }
  const [from, to] = [hour('from'), hour('to')]
  return (from === undefined || date.getTime() >= from) && (to === undefined || date.getTime() <= to)
}

function rendered({id, createdAt, updatedAt, status, sellerId = seller}: Sale) {
  const [date_created, last_updated] = [createdAt.toISOString(), updatedAt.toISOString()]
  return {id, status, date_created, last_updated, seller: {id: sellerId}, order_items: [], payments: [], tags: []}
}

export interface Walked {
  ids: Set<string>
  answers: Fetched<Order>[]
  beyond: MissingRecord[]
  pages: WalkPage<Order>[]
}

/** All of a walk; from each of its cursors a new one may begin, when `cut` says so. */
export async function walk(
  source: WalkSource<Order>,
  since: Date | null = null,
  cut: (page: WalkPage<Order>) => boolean = () => false,
): Promise<Walked> {
  const walked: Walked = {ids: new Set(), answers: [], beyond: [], pages: []}
  const {signal} = new AbortController()
  let cursor: string | null = null
  do {
    for await (const page of source.walk({since, startedAt: now, cursor}, signal)) {
      walked.pages.push(page)
      walked.answers.push(...page.records)
      walked.beyond.push(...(page.beyond ?? []))
      for (const {id} of page.records) walked.ids.add(id)
      cursor = page.cursor
      if (cursor !== null && cut(page)) break
    }
  } while (cursor !== null)
  return walked
}
