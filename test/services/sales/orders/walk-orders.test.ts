import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../../src/core/errors.js'
import type {OrderSource, WalkPage} from '../../../../src/services/ports/index.js'
import {walkOrders} from '../../../../src/services/sales/orders/walk-orders.js'
import {order} from '../../../support/store-contract-orders.js'

const now = new Date('2026-03-01T12:00:00Z')
const request = {since: now, startedAt: now, cursor: null}

describe('partial orders behind a listing', () => {
  it('are asked for although those that were written longest ago are gone', async () => {
    const gone = Array.from({length: 45}, (_, n) => `${n + 1}`)
    const source: OrderSource = {
      traffic: {requests: 0, retries: 0, rateLimited: 0, bytes: 0},
      // Nothing is new.
      async *walk() {},
      async order(id) {
        if (gone.includes(id)) throw new MeliError('MELI_NOT_FOUND', 'Order do not exists', {try: []})
        return order({id})
      },
      pack: async () => Promise.reject(new Error('no pack is asked for')),
    }
    const orders = {partial: async () => [...gone, '46'], packsToRead: async () => [], savePacks: async () => undefined}
    const parts = {userId: 1, source, orders, clock: {now: () => now}, dryRun: false}
    const pages: WalkPage<unknown>[] = []
    for await (const page of walkOrders(parts).walk(request, new AbortController().signal)) pages.push(page)
    expect(pages.flatMap(({records}) => records.map(({id}) => id))).toEqual(['46'])
  })
})
