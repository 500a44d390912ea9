import {setTimeout as wait} from 'node:timers/promises'
import {describe, expect, it} from '@jest/globals'
import {openWorld} from '../support/world.js'

/** Requests for questions that were answered when the program is killed, one kill after another. */
const moments = [1, 3, 6, 10, 15, 19]

describe('a sync of questions that is killed again and again', () => {
  it('ends with all of them', async () => {
    const world = await openWorld({items: 1, latencyMs: 10})
    const {user_id: sellerId} = await world.login()
    const {questions, catalogue, users, requests} = world.emulator.world
    const buyerId = users.list().find(({nickname}) => nickname === 'CASA_DEL_SUR')?.id ?? 0
    const [item] = catalogue.listed(sellerId)
    for (let n = 0; n < 1_000; n++) {
      const question = questions.ask({itemId: item?.id ?? '', sellerId, buyerId, appId: null, text: `¿Tiene ${n}?`})
      if (n % 40 > 0) questions.answer(question, `Sí, ${n}`)
    }
    const searches = () => requests.list().filter(({path}) => path === '/questions/search').length
    const begun = searches()
    for (const moment of moments) {
      const {child, ended} = await world.start(['sync', 'questions'])
      let over = false
      const gone = ended.then(() => {
        over = true
      })
      while (!over && searches() - begun < moment) await wait(2)
      child.kill('SIGKILL')
      await gone
    }
    const result = await world.json(['sync', 'questions'])
    expect(result).toMatchObject({ok: true, resumed: true, complete: true, listed: 1_000, missing_count: 0})
    expect(world.sql('SELECT id, status, answer_text FROM question ORDER BY id')).toEqual(
      questions
        .list()
        .map(({id, status, answer}) => ({id: String(id), status, answer_text: answer?.text ?? null}))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    )
    const scans = requests.list().filter(({query}) => query.includes('search_type'))
    const [pages, endOfScan] = [20, 1]
    // Each kill loses the page that was on its way, which is asked for again.
    expect(scans.length).toBeLessThanOrEqual(pages + endOfScan + moments.length)
  }, 120_000)
})
