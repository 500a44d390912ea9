import {describe, expect, it} from '@jest/globals'
import {ageLine} from '../../src/ui/age.js'
import {renderInvalidated, renderLog, renderProducts} from '../../src/ui/products.js'
import {syncProgress, waitingFor} from '../../src/ui/sync-progress.js'
import {width} from '../../src/ui/table.js'
import {all, plainPaper} from './paper.js'
import {aProduct} from './products.js'

const fresh = {synced_at: '2026-03-01T10:00:00.000Z', age_seconds: 7200, invalidated: false, connected: true}

describe('renderProducts', () => {
  const products = [aProduct(), aProduct({id: 'MEC22', title: `${'Zapato '.repeat(40)}\u001b[2J`, price: '1000'})]

  it('fits the terminal, and is whole where there is none', () => {
    const list = {user_id: 1, products, total: 2, ...fresh}
    const narrow = renderProducts(list, plainPaper(80), all).split('\n')
    expect(Math.max(...narrow.map(width))).toBeLessThanOrEqual(80)
    expect(renderProducts(list, plainPaper(), all)).toContain('Zapato '.repeat(40).trim())
    expect(renderProducts(list, plainPaper(), all)).not.toContain('\u001b')
  })

  it('counts variations where there are any', () => {
    const list = (...all: ReturnType<typeof aProduct>[]) => ({user_id: 1, products: all, total: all.length, ...fresh})
    expect(renderProducts(list(...products), plainPaper(), all)).not.toContain('VARIATIONS')
    const shown = renderProducts(list(aProduct({variation_count: 12}), aProduct()), plainPaper(), all)
    expect(shown.split('\n').map((line) => /\s(VARIATIONS|\d+) {2}/.exec(line.slice(30))?.[1])).toEqual([
      'VARIATIONS',
      '12',
      '0',
    ])
  })

  it('says that there are more', () => {
    expect(renderProducts({user_id: 1, products, total: 1001, ...fresh}, plainPaper(), all)).toContain(
      '2 of 1,001 products',
    )
  })
})

describe('renderLog', () => {
  it('shows before and after, and the time as people tell it', () => {
    const change = {at: fresh.synced_at, field: 'available_quantity' as const, before: '3', after: '0'}
    const renamed = {at: '2026-02-26T09:00:00.000Z', field: 'title' as const, before: null, after: 'Remera'}
    const dearer = {at: fresh.synced_at, field: 'price' as const, before: '19.9', after: '21'}
    const log = {user_id: 1, id: 'MEC1', title: 'Remera', changes: [change, dearer, renamed], ...fresh}
    expect(renderLog(log, plainPaper())).toBe(
      [
        'Remera',
        'SEEN         WHAT   BEFORE      AFTER',
        '2 h ago      stock  3       ->  0',
        '2 h ago      price  19.90   ->  21.00',
        '3 d 3 h ago  title  -       ->  Remera',
      ].join('\n'),
    )
    expect(renderLog({...log, changes: []}, plainPaper())).toContain('Nothing changed')
  })
})

describe('what is said beside', () => {
  it('is how old the copy is, or how to get one', () => {
    expect(ageLine(fresh, {sandbox: false, resource: 'products'})).toBe('As of the sync 2 h ago')
    expect(ageLine({...fresh, age_seconds: 0}, {resource: 'products'})).toBe('As of the sync just now')
    expect(ageLine({...fresh, invalidated: true}, {sandbox: false, resource: 'products'})).toMatch(
      /marked stale since\. Next: meli sync products$/,
    )
    expect(ageLine({...fresh, connected: false}, {sandbox: false, resource: 'products'})).toBe(
      'As of the sync 2 h ago. The account is disconnected; to connect it again: meli auth login',
    )
    const never = {synced_at: null, age_seconds: null, invalidated: false, connected: true}
    expect(ageLine(never, {sandbox: true, resource: 'products'})).toBe(
      'No complete sync yet. Next: meli sync products --sandbox',
    )
  })

  it('names what is not known', () => {
    const text = renderInvalidated({user_id: 1, all: false, known: 1, unknown: ['MEC9']}, plainPaper())
    expect(text).toBe('✓ 1 product marked stale: the next sync fetches it\n! MEC9 is not in the local catalogue')
  })

  it('is how far a sync is', () => {
    const step = {listed: 100, fetched: 40, total: 100, requests: 9, rateLimited: 2, retries: 0, perSecond: 10}
    expect(syncProgress()(step)).toEqual({
      done: 40,
      total: 100,
      details: [
        '10/s, 9 requests, 2 limited, 6 s left',
        '10/s, 9 req, 2 limited, 6 s left',
        '10/s, 2 limited, 6 s left',
        '6 s left',
      ],
    })
    const some = syncProgress()({...step, accounts: {done: 1, begun: 8, of: 9}})
    // What the others hold is not known, so neither is the time.
    expect(some.details?.[0]).toBe('1 of 9 accounts, 10/s, 9 requests, 2 limited')
  })

  it('has the speed of the last ten seconds, and says when it only lists', () => {
    let time = 0
    const of = syncProgress(() => time)
    const first = (ms: number, fetched: number, requests: number) => {
      time = ms
      const step = {listed: 1000, fetched, total: 1000, requests, rateLimited: 0, retries: 0, perSecond: 1}
      return of(step).details?.[0]
    }
    expect(first(0, 200, 1)).toBe('1/s, 1 request, 13 min left')
    expect(first(3_000, 200, 30)).toBe('listing, 30 requests')
    expect(first(12_000, 400, 120)).toMatch(/^22\/s, 120 requests, 27 s left$/)
    expect(first(20_000, 600, 130)).toBe('25/s, 130 requests, 16 s left')
    expect(first(29_000, 800, 140)).toBe('22/s, 140 requests, 9 s left')
  })

  it('is whom a sync waits for', () => {
    expect(waitingFor('box:42:u')).toMatch(/^Waiting for process 42 on box/)
  })
})
