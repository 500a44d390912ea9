import {describe, expect, it} from '@jest/globals'
import type {AnswerResult} from '../../../../src/services/sales/questions/answer.js'
import {refusal, type Toolkit, toolkit} from '../../../support/toolkit.js'

type Choice = {sandbox: boolean; live?: string}

async function shop() {
  const kit = await toolkit({items: 2, itemBytes: 300})
  const {user_id, nickname} = await kit.connect()
  const {world} = kit.emulator
  const [item] = world.catalogue.listed(user_id)
  const buyer = world.users.list().find((each) => each.nickname === 'CASA_DEL_SUR')!
  const ask = (text = '¿Tiene en azul?') =>
    world.questions.ask({itemId: item!.id, sellerId: user_id, buyerId: buyer.id, appId: null, text})
  const choice: Choice = {sandbox: false, live: nickname}
  return {kit, userId: user_id, nickname, world, item: item!, buyer, ask, answer: answerOf(kit, choice)}
}

function answerOf(kit: Toolkit, choice: Choice) {
  return async (id: number | string, text = 'Sí, en azul.', {dryRun = false} = {}) =>
    (await kit.app.sales.answerQuestion()).run(choice, {id: String(id), text}, {dryRun})
}

const log = (kit: Toolkit) =>
  kit.sql(
    'SELECT command, action, subject, outcome, status FROM write_log LEFT JOIN write_outcome ON write_id = write_log.id',
  )

describe('an answer', () => {
  it('reaches the buyer, the local copy and the log', async () => {
    const {kit, world, ask, answer} = await shop()
    const question = ask()
    const result = (await answer(question.id, '  Sí,\r\nen azul.\n')) as AnswerResult
    expect(result).toMatchObject({ok: true, mode: 'production', warnings: []})
    expect(result.question).toMatchObject({status: 'ANSWERED', answer_text: 'Sí,\nen azul.'})
    expect(world.questions.get(question.id)?.answer?.text).toBe('Sí,\nen azul.')
    expect(kit.sql('SELECT status, answer_text FROM question')).toEqual([
      {status: 'ANSWERED', answer_text: 'Sí,\nen azul.'},
    ])
    const subject = String(question.id)
    expect(log(kit)).toEqual([{command: 'questions answer', action: 'answer', subject, outcome: 'done', status: 200}])
  })

  it('is shown and not sent on a dry run, without --live', async () => {
    const {kit, ask} = await shop()
    const question = ask()
    const result = await answerOf(kit, {sandbox: false})(question.id, 'Sí', {dryRun: true})
    const body = {question_id: question.id, text: 'Sí'}
    expect(result).toMatchObject({dry_run: true, requests: [{method: 'POST', path: '/answers', body}]})
    expect(kit.requests('POST', '/answers')).toEqual([])
    expect(log(kit)).toEqual([])
  })

  it.each([
    ['nothing', '  \n ', /empty/],
    ['2,001 characters', 'ñ'.repeat(2001), /2001 characters, and Mercado Libre takes 2000/],
  ])('of %s is refused before anything is asked', async (_, text, message) => {
    const {kit, ask, answer} = await shop()
    const before = kit.emulator.world.requests.list().length
    expect(await refusal(answer(ask().id, text))).toMatchObject({exitCode: 2, message: expect.stringMatching(message)})
    expect(kit.emulator.world.requests.list()).toHaveLength(before)
  })

  it('of one character too many says so', async () => {
    const {ask, answer} = await shop()
    const {suggestions} = await refusal(answer(ask().id, 'x'.repeat(2001)))
    expect(suggestions).toEqual(['shorten it by 1 character'])
  })

  it('of 2,000 characters is taken, whatever they are', async () => {
    const {ask, answer} = await shop()
    expect(await answer(ask().id, '😀'.repeat(2000))).toMatchObject({ok: true})
  })

  it('is refused the second time, and says when the first was', async () => {
    const {kit, ask, answer} = await shop()
    const {id} = ask()
    await answer(id)
    const error = await refusal(answer(id))
    expect(error).toMatchObject({code: 'MELI_QUESTION_NOT_OPEN', exitCode: 5})
    expect(error.message).toMatch(
      new RegExp(`question ${id} was answered on 20..-..-.. ..:.. UTC, and a question takes only one answer`),
    )
    expect(kit.requests('POST', '/answers')).toHaveLength(1)
  })

  it.each([
    ['DELETED', 'was deleted'],
    ['BANNED', 'was banned by Mercado Libre'],
    ['CLOSED_UNANSWERED', 'was closed without an answer'],
    ['DISABLED', 'is disabled'],
    ['UNDER_REVIEW', 'is under review'],
  ] as const)('to a question that is %s is refused, and says why', async (status, why) => {
    const {kit, world, ask, answer} = await shop()
    const question = ask()
    world.questions.change(question, {status})
    const error = await refusal(answer(question.id))
    expect(error).toMatchObject({code: 'MELI_QUESTION_NOT_OPEN', details: {question_status: status}})
    expect(error.message).toContain(why)
    expect(log(kit)).toEqual([])
  })

  it('says who was faster when the question was answered meanwhile', async () => {
    const {kit, world, ask, answer} = await shop()
    const question = ask()
    kit.emulator.world.faults.add({
      path: '/answers',
      fault: {
        type: 'status',
        status: 400,
        body: {message: `Question ${question.id} is not unanswered`, error: 'not_unanswered_question', status: 400},
      },
    })
    world.questions.onChange = () => undefined
    const pending = refusal(answer(question.id))
    world.questions.answer(question, 'Otra persona')
    expect(await pending).toMatchObject({code: 'MELI_QUESTION_NOT_OPEN'})
  })

  it('names the item that has to be active', async () => {
    const {kit, ask, item, answer} = await shop()
    const {id} = ask()
    item.status = 'paused'
    const error = await refusal(answer(id))
    expect(error.message).toBe(`question ${id} cannot be answered while ${item.id} is not active`)
    expect(error.suggestions).toContain(`meli products activate ${item.id}`)
    expect(log(kit)).toMatchObject([{outcome: 'refused', status: 400}])
  })

  it('that was lost on its way back is found at the service', async () => {
    const {kit, world, ask, answer} = await shop()
    const question = ask()
    world.faults.add({path: '/answers', fault: {type: 'drop-after-commit'}})
    const result = (await answer(question.id)) as AnswerResult
    expect(result).toMatchObject({ok: true, question: {status: 'ANSWERED'}})
    expect(result.warnings).toHaveLength(1)
    expect(kit.requests('POST', '/answers')).toHaveLength(1)
    expect(log(kit)).toMatchObject([{outcome: 'unknown'}])
  })

  it('that may have been lost on its way is not sent again, and says where to look', async () => {
    const {kit, world, ask, answer} = await shop()
    const {id} = ask()
    world.faults.add({path: '/answers', fault: {type: 'status', status: 503, body: {}}})
    const error = await refusal(answer(id))
    expect(error).toMatchObject({code: 'MELI_SERVICE_FAILING', exitCode: 6})
    expect(error.suggestions[0]).toContain(`meli questions show ${id} --refresh`)
    expect(kit.requests('POST', '/answers')).toHaveLength(1)
  })

  it('to a question that nobody has says so', async () => {
    const {kit, answer} = await shop()
    const message = 'Mercado Libre has no question 13: it was deleted, or never asked'
    expect(await refusal(answer(13))).toMatchObject({code: 'MELI_NOT_FOUND', message})
    const session = await (await kit.app.accounts.sessions()).open({sandbox: false})
    const refreshed = (await kit.app.sales.questions()).refresh(session, '13')
    expect(await refusal(refreshed)).toMatchObject({code: 'MELI_NOT_FOUND', message})
    const query = {sandbox: false, status: 'OPEN'}
    expect(await refusal((await kit.app.sales.questions()).list(query))).toMatchObject({code: 'MELI_USAGE'})
  })

  it('to a question of another seller is refused', async () => {
    const {world, userId, buyer, answer} = await shop()
    const theirs = world.questions.ask({
      ...{itemId: 'MEC1', sellerId: buyer.id, buyerId: userId, appId: null},
      text: '¿Hola?',
    })
    expect(await refusal(answer(theirs.id))).toMatchObject({code: 'MELI_FORBIDDEN'})
  })

  it('needs --live where nobody can be asked, and a yes where somebody can', async () => {
    const {kit, ask} = await shop()
    const {id} = ask()
    const answer = answerOf(kit, {sandbox: false})
    kit.terminal.interactive = false
    expect(await refusal(answer(id))).toMatchObject({exitCode: 2, code: 'MELI_LIVE_NEEDED'})
    kit.terminal.interactive = true
    kit.terminal.answers.set('Continue?', () => 'n')
    expect(await refusal(answer(id))).toMatchObject({exitCode: 8, code: 'MELI_NOT_CONFIRMED'})
    expect(kit.requests('POST', '/answers')).toEqual([])
    kit.terminal.answers.set('Continue?', () => 'y')
    expect(await answer(id)).toMatchObject({ok: true})
    expect(kit.terminal.heard.join('\n')).toContain('¿Tiene en azul?')
  })
})
