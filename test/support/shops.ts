import {randomUUID} from 'node:crypto'
import type {IncomingNotification, Store, SyncOutcome} from '../../src/services/ports/index.js'
import {grant, identity, product} from './store-contract.js'

const [minuteMs, hourMs] = [60_000, 3_600_000]
const holder = 'elsewhere:4211:cafe'

export const ana = 'ana@example.com'

/** Stores in all states, as weeks of `meli serve` leave them. Ids of stores by their nicknames. */
export async function fillShops(store: Store, now: Date): Promise<Record<string, string>> {
  const shops = new Shops(store, now)
  const quito = await shops.connect({userId: 8_035_443, nickname: 'TIENDA_QUITO', days: 40})
  await shops.runs(8_035_443, {every: 6, outcomes: ['complete', 'complete', 'complete', 'incomplete', 'complete']})
  await shops.items(8_035_443, 1_240, {changed: 6})
  await shops.notifications(8_035_443, {hours: 47, most: 40, waiting: 3})
  await shops.refreshes(8_035_443, ['stored', 'stored', 'failed', 'stored'])
  const brasil = await shops.connect({userId: 8_035_444, nickname: 'LOJA_SÃO_PAULO', siteId: 'MLB', days: 90})
  await shops.runs(8_035_444, {every: 12, outcomes: ['complete', 'complete', 'complete'], until: 30})
  await shops.items(8_035_444, 310)
  await shops.refreshes(8_035_444, ['stored', 'failed'])
  await store.accounts.invalidate(8_035_444, 'TG-refresh-8035444')
  const test = await shops.connect({userId: 8_035_445, nickname: 'TETE9544096', siteId: 'MLA', isTestUser: true})
  await shops.runs(8_035_445, {every: 8, outcomes: ['incomplete', 'failed', 'interrupted', 'failed'], until: 2})
  await shops.items(8_035_445, 40, {partial: 3, stale: 7})
  await shops.notifications(8_035_445, {hours: 20, most: 9, waiting: 12, parked: 2})
  const fresh = await shops.connect({userId: 8_035_446, nickname: 'NUEVA', siteId: 'MLM', days: 0})
  const other = await shops.connect({
    userId: 8_035_447,
    nickname: 'DE_BERTA',
    siteId: 'MCO',
    operator: 'berta@example.com',
  })
  await shops.plan({
    [quito]: {dueIn: 52 * minuteMs},
    [brasil]: {failed: 'MELI_AUTHORIZATION_LOST'},
    [test]: {dueIn: 4 * minuteMs, failed: 'MELI_UNREACHABLE'},
  })
  return {quito, brasil, test, fresh, other}
}

interface Connected {
  userId: number
  nickname: string
  siteId?: string
  isTestUser?: boolean
  operator?: string
  /** Since it was connected. */
  days?: number
  /** Life of the token. */
  left?: number
}

/** Makes records of the past by the ports alone. */
export class Shops {
  private itemId = 600_000_000

  constructor(
    private readonly store: Store,
    private readonly now: Date,
  ) {}

  before(ms: number): Date {
    return new Date(this.now.getTime() - ms)
  }

  async connect({userId, nickname, siteId = 'MEC', isTestUser = false, ...rest}: Connected): Promise<string> {
    const {operator = ana, days = 20, left = 200 * minuteMs} = rest
    const expiresAt = this.before(-left)
    const {storeId} = await this.store.accounts.link({
      identity: identity({userId, nickname, siteId, isTestUser}),
      grant: grant({userId, refreshToken: `TG-refresh-${userId}`, expiresAt}),
      clientId: '4242',
      operator,
      grantedAt: this.before(days * 24 * hourMs),
    })
    return storeId
  }

  /** Fourteen days of them, the newest `until` hours ago. */
  async runs(userId: number, how: {every: number; outcomes: SyncOutcome[]; until?: number}): Promise<void> {
    const {every, outcomes, until = 0.7} = how
    const count = Math.floor((14 * 24 - until) / every)
    for (let left = count; left >= 0; left -= 1) {
      const outcome = outcomes[left % outcomes.length] ?? 'complete'
      await this.run(userId, {hoursAgo: left * every + until, outcome, minutes: 1 + ((left * 7) % 11)})
    }
  }

  async run(
    userId: number,
    how: {
      resource?: string
      hoursAgo: number
      outcome?: SyncOutcome
      minutes?: number
      missing?: number
      refused?: boolean
    },
  ) {
    const {hoursAgo, outcome = 'complete', minutes = 2, missing = outcome === 'incomplete' ? 4 : 0} = how
    const {resource = 'products', refused = false} = how
    const startedAt = this.before(hoursAgo * hourMs)
    const kind = minutes > 9 ? ('full' as const) : ('incremental' as const)
    const until = new Date(startedAt.getTime() + 60 * minuteMs)
    const {syncLedger: ledger} = this.store
    const opened = await ledger.open({resource, userId, kind, restart: true, holder, now: startedAt, until})
    if (!opened.opened) throw new Error('another run is under way')
    const counts = {
      listed: 120,
      created: 2,
      updated: 14,
      unchanged: 104,
      removed: 1,
      failed: missing,
      refused: Number(refused),
    }
    const at = new Date(startedAt.getTime() + minutes * minuteMs)
    await ledger.finish(opened.run.id, {outcome, watermark: null, counts, at})
  }

  async items(userId: number, count: number, how: {changed?: number; partial?: number; stale?: number} = {}) {
    const {changed = 0, partial = 0, stale = 0} = how
    const sink = this.store.productSink(userId)
    const first = this.itemId + 1
    this.itemId += count
    const items = Array.from({length: count}, (_, index) =>
      product({
        id: `MEC${first + index}`,
        user_id: userId,
        title: `Sombrero ${index + 1}`,
        partial: index < partial,
        last_updated: null,
      }),
    )
    await sink.patch(items, this.before(30 * hourMs))
    const news = items.slice(0, changed).map((item, index) => ({
      ...item,
      ...(index % 2 === 0 ? {price: `${1000 + index}.90`} : {available_quantity: index}),
      json: `{"id":"${item.id}","changed":${index}}`,
    }))
    await sink.patch(news, this.before(2 * hourMs))
    const ids = items.slice(partial, partial + stale).map(({id}) => id)
    if (ids.length > 0) await this.store.cache.invalidate({resource: 'products', userId}, ids, this.now)
  }

  async notifications(userId: number, how: {hours: number; most: number; waiting?: number; parked?: number}) {
    const {hours, most, waiting = 0, parked = 0} = how
    for (let ago = hours; ago > 0; ago -= 1) {
      const count = 1 + ((ago * 13) % most)
      await this.take(userId, count, this.before(ago * hourMs))
      await this.work(ago * hourMs)
    }
    await this.take(userId, parked, this.before(90 * minuteMs))
    await this.work(80 * minuteMs, 'MELI_API_REJECTED')
    await this.take(userId, waiting, this.before(6 * minuteMs))
  }

  async take(userId: number, count: number, at: Date): Promise<void> {
    const batch = Array.from({length: count}, (_, index) => ({
      notification: incoming({
        user_id: userId,
        resource: `/items/MEC${600_000_001 + (index % Math.ceil(count * 0.8))}`,
      }),
      waits: true,
    }))
    if (batch.length > 0) await this.store.inbox.accept(batch, at)
  }

  /** Does all that waits, `ago` in the past; or parks it. */
  async work(ago: number, failure?: string): Promise<void> {
    const {inbox} = this.store
    const now = this.before(ago)
    for (;;) {
      const claimed = await inbox.claim({holder, limit: 100, now, until: this.before(ago - hourMs)})
      if (claimed.length === 0) return
      const failures = claimed.map(({id}) => ({id, code: failure ?? '', message: 'refused', dueAt: null}))
      if (failure === undefined) await inbox.finish(claimed, holder, now)
      else await inbox.fail(failures, holder, now)
    }
  }

  async refreshes(userId: number, outcomes: Array<'stored' | 'failed'>): Promise<void> {
    const {journal} = this.store
    for (const [index, outcome] of outcomes.entries()) {
      const sentAt = this.before((outcomes.length - index) * 5 * hourMs)
      const fingerprint = '0123456789abcdef'
      const from = {processId: 4211, host: 'elsewhere', reason: 'expiring'}
      const id = await journal.begin({kind: 'refresh', userId, fingerprint, ...from, sentAt})
      const code = outcome === 'failed' ? 'MELI_UNREACHABLE' : null
      await journal.finish(id, outcome, code, new Date(sentAt.getTime() + 840))
    }
  }

  /** The next sync of each; without `dueIn` it waits for a login. */
  async plan(jobs: Record<string, {dueIn?: number; failed?: string}>): Promise<void> {
    const names = Object.keys(jobs).map((storeId) => ({name: `sync:${storeId}`, dueAt: this.before(0)}))
    await this.store.jobs.plan('sync:', names)
    for (const [storeId, {dueIn, failed}] of Object.entries(jobs)) {
      const name = `sync:${storeId}`
      await this.store.jobs.claim({prefix: name, holder, now: this.now, until: this.before(-minuteMs)})
      const dueAt = dueIn === undefined ? new Date(8_640_000_000_000_000) : this.before(-dueIn)
      const outcome = failed === undefined ? 'done' : 'failed'
      await this.store.jobs.finish(name, holder, {outcome, errorCode: failed ?? null, at: this.now, dueAt})
    }
  }
}

function incoming(changes: Partial<IncomingNotification> & {user_id: number}): IncomingNotification {
  return {
    ...{id: randomUUID(), application_id: '4242', topic: 'items', resource: '/items/MEC600000001'},
    ...{actions: null, sent_at: null, attempts: 1},
    ...changes,
  }
}
