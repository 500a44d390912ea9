import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import type {Question, QuestionQuery, Store} from '../../src/services/ports/index.js'
import {minutes, noon, seller} from './store-contract.js'

const other = seller + 1

export function question(values: Partial<Question> = {}): Question {
  return {
    id: '13000000001',
    user_id: seller,
    item_id: 'MEC1',
    status: 'UNANSWERED',
    text: '¿Tiene en azul? 🦩',
    from_id: 3_000_000_001,
    date_created: noon,
    last_updated: noon,
    answer_text: null,
    answer_status: null,
    answer_date: null,
    deleted_from_listing: false,
    hold: false,
    suspected_spam: false,
    partial: false,
    ...values,
  }
}

const answered = {status: 'ANSWERED', answer_text: 'Sí', answer_status: 'ACTIVE', answer_date: minutes(5)}
const run = {runId: 'run-1', at: minutes(1)}

/** What every adapter keeps of questions. */
export function describeQuestions(name: string, open: () => Promise<Store>): void {
  describe(name, () => {
    let store: Store

    beforeEach(async () => {
      store = await open()
    })

    afterEach(() => store.close())

    const ids = async (query: Partial<QuestionQuery> = {}) => {
      const found: string[] = []
      for await (const {id} of store.questions.questions({userId: seller, ...query})) found.push(id)
      return found
    }

    it('gives a question back as it was saved, to its seller alone', async () => {
      await store.questionSink(seller).save([question()], run)
      const kept = {...question(), synced_at: run.at, removed_at: null}
      expect(await store.questions.find(seller, '13000000001')).toEqual(kept)
      expect(await store.questions.find(other, '13000000001')).toBeUndefined()
    })

    it('lists the newest first, by status, item and date', async () => {
      await store
        .questionSink(seller)
        .save(
          [
            question({id: '1', date_created: minutes(1)}),
            question({id: '2', date_created: minutes(3), ...answered}),
            question({id: '3', date_created: minutes(2), item_id: 'MEC2'}),
            question({id: '4', date_created: null}),
          ],
          run,
        )
      expect(await ids()).toEqual(['2', '3', '1', '4'])
      expect(await ids({limit: 2})).toEqual(['2', '3'])
      expect(await ids({status: 'UNANSWERED'})).toEqual(['3', '1', '4'])
      expect(await ids({itemId: 'MEC2'})).toEqual(['3'])
      expect(await ids({since: minutes(2)})).toEqual(['2', '3'])
      expect(await store.questions.count({userId: seller, status: 'ANSWERED'})).toBe(1)
      expect(await store.questions.count({userId: seller, limit: 3})).toBe(3)
    })

    it('lists more than fit into one chunk, each once', async () => {
      const many = Array.from({length: 450}, (_, n) => question({id: String(n), date_created: minutes(n % 7)}))
      await store.questionSink(seller).save(many, run)
      const found = await ids()
      expect(new Set(found).size).toBe(450)
      expect(found).toHaveLength(450)
    })

    it('knows what waits for an answer, or came with parts missing', async () => {
      await store.questionSink(seller).save([question({id: '1'}), question({id: '2'}), question({id: '3'})], run)
      await store.questionSink(other).save([question({id: '4', user_id: other})], run)
      await store.questionSink(seller).patch([question({id: '2', last_updated: minutes(5), ...answered})], minutes(6))
      await store.questions.remove(seller, ['3'], minutes(6))
      await store.questionSink(seller).save([question({id: '5', ...answered, partial: true})], run)
      expect(await store.questions.toReadAgain(seller)).toEqual(['1', '5'])
    })

    it('hides what is gone until it comes again', async () => {
      await store.questionSink(seller).save([question()], run)
      expect(await store.questions.remove(seller, ['13000000001', '404'], minutes(2))).toBe(1)
      expect(await store.questions.remove(seller, ['13000000001'], minutes(3))).toBe(0)
      expect(await ids()).toEqual([])
      expect(await ids({removed: true})).toEqual(['13000000001'])
      expect(await store.questionSink(seller).save([question()], run)).toMatchObject({updated: 1})
      expect(await ids()).toEqual(['13000000001'])
    })

    it('is not taken back by an answer that comes late', async () => {
      const sink = store.questionSink(seller)
      await sink.patch([question({...answered, last_updated: minutes(5)})], minutes(6))
      expect(await sink.save([question()], run)).toMatchObject({unchanged: 1})
      expect(await store.questions.find(seller, '13000000001')).toMatchObject({status: 'ANSWERED'})
    })

    it('takes it that an answered one was banned, and its answer taken away', async () => {
      const sink = store.questionSink(seller)
      await sink.save([question({...answered, last_updated: minutes(5)})], run)
      expect(await sink.save([question({status: 'BANNED'})], run)).toMatchObject({updated: 1})
      expect(await store.questions.find(seller, '13000000001')).toMatchObject({status: 'BANNED', answer_text: null})
    })

    it('takes a change that has no date of its own', async () => {
      const sink = store.questionSink(seller)
      await sink.save([question()], run)
      expect(await sink.save([question({status: 'BANNED', text: ''})], run)).toMatchObject({updated: 1})
      expect(await store.questions.find(seller, '13000000001')).toMatchObject({status: 'BANNED', text: ''})
    })
  })
}
