import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import type {Store} from '../../src/services/ports/index.js'
import {buyer, link, minutes, noon, product, seller} from './store-contract.js'
import {question} from './store-contract-questions.js'

const run = {runId: 'run-1', at: noon}

/** What every adapter offers to the completion of a shell. */
export function describeNames(name: string, open: () => Promise<Store>): void {
  describe(name, () => {
    let store: Store

    beforeEach(async () => {
      store = await open()
      await store.accounts.link(link())
      await store.accounts.link(link({userId: buyer}))
    })

    afterEach(() => store.close())

    const values = async (kind: 'item' | 'sku' | 'question', prefix = '', limit = 10) =>
      (await store.names.startingWith(kind, prefix, limit)).map(({value}) => value)

    it('has those of every connected account, in order, and no more than asked for', async () => {
      await store.productSink(seller).save([product({id: 'MEC2'}), product({id: 'MEC21'}), product({id: 'MEC3'})], run)
      await store.productSink(buyer).save([product({id: 'MEC20', user_id: buyer})], run)
      expect(await values('item')).toEqual(['MEC2', 'MEC20', 'MEC21', 'MEC3'])
      expect(await values('item', 'MEC2')).toEqual(['MEC2', 'MEC20', 'MEC21'])
      expect(await values('item', 'MEC2', 2)).toEqual(['MEC2', 'MEC20'])
      expect(await values('item', 'MLB')).toEqual([])
    })

    it('has SKUs with the title beside them', async () => {
      const bare = product({id: 'MEC1', seller_sku: null})
      await store.productSink(seller).save([bare, product({id: 'MEC2', seller_sku: 'HAT-2', title: 'Sombrero'})], run)
      expect(await store.names.startingWith('sku', '', 10)).toEqual([{value: 'HAT-2', description: 'Sombrero'}])
    })

    it('describes questions by what became of them, not by their words, and leaves out what is gone', async () => {
      await store.questionSink(seller).save([question({id: '7'}), question({id: '70'})], run)
      await store.questions.remove(seller, ['70'], minutes(1))
      expect(await store.names.startingWith('question', '7', 10)).toEqual([
        {value: '7', description: 'UNANSWERED, MEC1'},
      ])
    })
  })
}
