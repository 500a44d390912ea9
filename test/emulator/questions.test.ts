import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {dayMs} from './emulator-client.js'
import {Market} from './market.js'

let market: Market
beforeEach(async () => {
  market = await Market.open()
})
afterEach(() => market.close())

async function asked(text = '¿Hay en azul?', itemId = market.item()): Promise<number> {
  const {status, body} = await market.post('/questions', {item_id: itemId, text}, market.buyer)
  expect(status).toBe(200)
  return body.id
}

const searched = async (query: string, as = market.seller) =>
  (await market.get(`/questions/search?${query}`, as)).body.questions.map(({id}: {id: number}) => id)

describe('a question', () => {
  it('is asked, read in both shapes and answered, and the seller is told', async () => {
    const itemId = market.item()
    const id = await asked('¿Hay en azul?', itemId)
    expect(market.news()).toEqual([`questions /questions/${id}`])

    const {body: newer} = await market.get(`/questions/${id}?api_version=4`)
    expect(newer).toEqual({
      id,
      seller_id: market.seller.id,
      buyer_id: market.buyer.id,
      item_id: itemId,
      deleted_from_listing: false,
      suspected_spam: false,
      status: 'UNANSWERED',
      hold: false,
      text: '¿Hay en azul?',
      app_id: Number(market.client.emulator.clientId),
      date_created: expect.stringMatching(/^2026-03-01T08:\d\d:\d\d\.\d{3}-04:00$/),
      last_updated: expect.any(String),
      answer: null,
    })
    const {body: older} = await market.get(`/questions/${id}`, market.buyer)
    expect(older.from).toEqual({id: market.buyer.id, answered_questions: 0})
    expect(older).not.toHaveProperty('buyer_id')

    const {status, body} = await market.post('/answers', {question_id: id, text: 'Sí.'})
    expect(status).toBe(200)
    expect(body).toMatchObject({id, status: 'ANSWERED', answer: {text: 'Sí.', status: 'ACTIVE'}})
    expect(market.news()).toEqual([`questions /questions/${id}`])
    expect((await market.get(`/questions/${id}`)).body.from.answered_questions).toBe(1)
  })

  it('is answered once', async () => {
    const id = await asked()
    await market.post('/answers', {question_id: id, text: 'Sí.'})
    const {status, body} = await market.post('/answers', {question_id: id, text: 'No.'})
    expect(status).toBe(400)
    expect(body).toEqual({
      message: `Question ${id} is not unanswered`,
      error: 'not_unanswered_question',
      status: 400,
      cause: [],
    })
  })

  it('is deleted by its seller, unless it is answered', async () => {
    const id = await asked()
    const headers = {authorization: `Bearer ${market.seller.token}`}
    const {status, body} = await market.client.send('DELETE', `/questions/${id}`, {headers})
    expect([status, body]).toEqual([200, ['Question deleted.']])
    expect((await market.get(`/questions/${id}?api_version=4`)).body.status).toBe('DELETED')
    const other = await asked()
    await market.post('/answers', {question_id: other, text: 'Sí.'})
    const refused = await market.client.send('DELETE', `/questions/${other}`, {headers})
    expect(refused.body).toMatchObject({
      error: 'not_unanswered_question',
      message: expect.stringContaining('must be unanswered'),
    })
  })

  it('has at most 2000 characters, and so has its answer', async () => {
    const item_id = market.item()
    const long = 'ñ'.repeat(2001)
    const {status, body} = await market.post('/questions', {item_id, text: long}, market.buyer)
    expect([status, body.error]).toEqual([400, 'invalid_post_body'])
    const id = await asked('😀'.repeat(2000), item_id)
    expect((await market.post('/answers', {question_id: id, text: long})).body.error).toBe('invalid_post_body')
    await market.control('/questions/settings', {long_text_status: 413})
    expect((await market.post('/answers', {question_id: id, text: long})).status).toBe(413)
  })

  it.each([
    [{text: 'x'}, 400, 'invalid_post_body'],
    [{item_id: 'MEC1', text: ''}, 400, 'invalid_post_body'],
    [{item_id: 'MEC1', text: 'x'}, 404, 'not_found'],
    [['x'], 400, 'invalid_post_body'],
  ])('is refused when it comes as %j', async (body, status, error) => {
    const answer = await market.post('/questions', body, market.buyer)
    expect([answer.status, answer.body.error]).toEqual([status, error])
    expect(market.news()).toEqual([])
  })

  it('is not about an item of one’s own, nor one that is not active', async () => {
    const item_id = market.item()
    expect((await market.post('/questions', {item_id, text: 'x'})).status).toBe(400)
    await market.control(`/items/${item_id}`, {status: 'paused'})
    const {body} = await market.post('/questions', {item_id, text: 'x'}, market.buyer)
    expect(body.error).toBe('not_active_item')
  })

  it('is not asked by a test user about a real item', async () => {
    const {body: test} = await market.control('/users', {test_user_of: market.seller.id})
    const tokens = await market.client.connect(test.id)
    const {status} = await market.client.json(
      'POST',
      '/questions',
      {item_id: market.item(), text: 'x'},
      tokens.access_token,
    )
    expect(status).toBe(403)
  })

  it('cannot be answered while its item is not active, unless the settings allow it', async () => {
    const item_id = market.item()
    const id = await asked('x', item_id)
    await market.control(`/items/${item_id}`, {status: 'paused'})
    expect((await market.post('/answers', {question_id: id, text: 'y'})).body.error).toBe('not_active_item')
    await market.control('/questions/settings', {answers_need_active_item: false})
    expect((await market.post('/answers', {question_id: id, text: 'y'})).status).toBe(200)
  })

  it('is answered by its seller alone, and read by the two who talk', async () => {
    const id = await asked()
    expect((await market.post('/answers', {question_id: id, text: 'y'}, market.buyer)).status).toBe(403)
    const {body: third} = await market.control('/users', {nickname: 'CURIOSO'})
    const {access_token: token} = await market.client.connect(third.id)
    expect((await market.client.get(`/questions/${id}`, token)).status).toBe(403)
  })

  it.each(['x', '1.5', '-1'])('is not found by the id %s', async (id) => {
    const {status, body} = await market.get(`/questions/${id}`)
    expect([status, body.error]).toEqual([400, 'invalid_question'])
  })

  it.each(['12', 1.5, null])('is not answered by the id %j', async (question_id) => {
    const {status, body} = await market.post('/answers', {question_id, text: 'x'})
    expect([status, body.error]).toEqual([400, 'invalid_question'])
  })

  it('comes back empty once it is banned, and so does an answer', async () => {
    const id = await asked()
    await market.post('/answers', {question_id: id, text: 'Llame al 555'})
    await market.control(`/questions/${id}`, {answer_status: 'BANNED'})
    expect((await market.get(`/questions/${id}?api_version=4`)).body.answer).toMatchObject({text: '', status: 'BANNED'})
    const other = await asked()
    await market.control(`/questions/${other}`, {status: 'BANNED', suspected_spam: true})
    const {body} = await market.get(`/questions/${other}?api_version=4`)
    expect(body).toMatchObject({text: '', status: 'BANNED', suspected_spam: true})
    expect((await market.post('/answers', {question_id: other, text: 'x'})).body.error).toBe('not_unanswered_question')
  })

  it('vanishes when nobody has answered it for seven months', async () => {
    const [left, answered] = [await asked(), await asked()]
    await market.post('/answers', {question_id: answered, text: 'Sí.'})
    market.client.emulator.advance(211 * dayMs)
    const {access_token: token} = await market.client.connect('TIENDA_ANDINA')
    expect((await market.client.get(`/questions/${left}`, token)).status).toBe(404)
    expect((await market.client.get(`/questions/${answered}`, token)).status).toBe(200)
  })
})

describe('a search for questions', () => {
  it('has the shape of the service', async () => {
    const id = await asked()
    const {body} = await market.get(`/questions/search?seller_id=${market.seller.id}&api_version=4`)
    expect(body).toMatchObject({
      total: 1,
      limit: 50,
      filters: {
        limit: 50,
        offset: 0,
        api_version: '4',
        is_admin: false,
        caller: market.seller.id,
        seller: market.seller.id,
      },
      available_sorts: ['item_id', 'from_id', 'date_created', 'seller_id'],
    })
    expect(Object.keys(body.questions[0]).sort()).toEqual(
      [
        'date_created',
        'item_id',
        'seller_id',
        'status',
        'text',
        'id',
        'deleted_from_listing',
        'hold',
        'suspected_spam',
        'answer',
        'from',
      ].sort(),
    )
    expect(body.questions[0]).toMatchObject({id, from: {id: market.buyer.id}})
    expect(body).not.toHaveProperty('paging')
    expect((await market.get('/my/received_questions/search')).body.questions).toHaveLength(1)
    expect((await market.get('/my/received_questions/search', market.buyer)).body.questions).toEqual([])
  })

  it('filters by seller, item, asker and status', async () => {
    const [one, other] = [market.item(5, {n: 0}), market.item(5, {n: 1})]
    const first = await asked('a', one)
    const second = await asked('b', other)
    await market.post('/answers', {question_id: first, text: 'x'})
    const seller = `seller_id=${market.seller.id}`
    expect(await searched(seller)).toEqual([second, first])
    expect(await searched(`${seller}&item=${one}`)).toEqual([first])
    expect(await searched(`item_id=${other}`)).toEqual([second])
    expect(await searched(`from=${market.buyer.id}`, market.buyer)).toEqual([second, first])
    expect(await searched(`${seller}&status=UNANSWERED`)).toEqual([second])
    expect(await searched(`${seller}&status=answered`)).toEqual([first])
    expect((await market.get('/questions/search?status=ANSWERED')).status).toBe(400)
    expect((await market.get(`/questions/search?${seller}&status=LOST`)).status).toBe(400)
  })

  it('shows strangers only what stands on the page', async () => {
    const id = await asked()
    const {body: third} = await market.control('/users', {nickname: 'CURIOSO'})
    const {access_token: token} = await market.client.connect(third.id)
    const path = `/questions/search?seller_id=${market.seller.id}`
    expect((await market.client.get(path, token)).body.total).toBe(1)
    await market.control(`/questions/${id}`, {status: 'UNDER_REVIEW'})
    expect((await market.client.get(path, token)).body.total).toBe(0)
  })

  it('sorts and pages, up to a thousand', async () => {
    const ids = [await asked('a'), await asked('b'), await asked('c')]
    const path = `seller_id=${market.seller.id}&sort_fields=date_created&sort_types=`
    expect(await searched(`${path}ASC`)).toEqual(ids)
    expect(await searched(`${path}DESC`)).toEqual(ids.toReversed())
    expect(await searched(`${path}ASC&limit=1&offset=1`)).toEqual([ids[1]])
    for (const query of ['limit=0', 'limit=101', 'offset=990&limit=50', 'limit=x', 'sort_fields=price'])
      expect((await market.get(`/questions/search?seller_id=${market.seller.id}&${query}`)).status).toBe(400)
  })

  it('scans to the end with a scroll_id that is new on each page and says where the page ended', async () => {
    const ids = [await asked('a'), await asked('b'), await asked('c')]
    const path = `/questions/search?seller_id=${market.seller.id}&search_type=scan&limit=2`
    const {body: first} = await market.get(path)
    market.client.emulator.advance(6 * 60_000)
    const {body: second} = await market.get(`${path}&scroll_id=${encodeURIComponent(first.scroll_id)}`)
    expect([first.total, second.total]).toEqual([3, 3])
    expect([...first.questions, ...second.questions].map(({id}) => id).sort()).toEqual(ids)
    expect(second.scroll_id).not.toBe(first.scroll_id)
    const {body: again} = await market.get(`${path}&scroll_id=${encodeURIComponent(first.scroll_id)}`)
    expect(again.questions).toEqual(second.questions)
    const {body: end} = await market.get(`${path}&scroll_id=${encodeURIComponent(second.scroll_id)}`)
    expect(end).toMatchObject({questions: [], scroll_id: ''})
    expect((await market.get(`${path}&offset=1`)).status).toBe(400)
    expect(await market.get(`${path}&scroll_id=nonsense`)).toMatchObject({
      status: 400,
      body: {
        message: 'Invalid Scroll Id: Error decode reading Scroll ID',
        error: 'invalid.scroll.id',
        status: 400,
        cause: [],
      },
    })
  })

  it('scans on where it was when questions leave the listing meanwhile', async () => {
    const ids = [await asked('a'), await asked('b'), await asked('c'), await asked('d'), await asked('e')]
    const path = `/questions/search?seller_id=${market.seller.id}&status=UNANSWERED&search_type=scan&limit=2`
    const {body: first} = await market.get(path)
    for (const {id} of first.questions) await market.post('/answers', {question_id: id, text: 'Sí'})
    const {body: second} = await market.get(`${path}&scroll_id=${encodeURIComponent(first.scroll_id)}`)
    const {body: third} = await market.get(`${path}&scroll_id=${encodeURIComponent(second.scroll_id)}`)
    const seen = [first, second, third].flatMap(({questions}) => questions.map(({id}: {id: number}) => id))
    expect(seen).toEqual(ids.toReversed())
  })

  it.each([
    ['zero', 0],
    ['constant', 10_000],
  ])('has a total that is %s by a setting', async (questionsTotal, total) => {
    await asked()
    await market.control('/questions/settings', {questions_total: questionsTotal})
    for (const scan of ['', '&search_type=scan']) {
      const {body} = await market.get(`/questions/search?seller_id=${market.seller.id}${scan}`)
      expect([body.total, body.questions.length]).toEqual([total, 1])
    }
  })

  it('scans to the end with one scroll_id that expires, by a setting', async () => {
    await market.control('/questions/settings', {questions_scroll_id: 'handle'})
    const ids = [await asked('a'), await asked('b'), await asked('c')]
    const path = `/questions/search?seller_id=${market.seller.id}&search_type=scan&limit=2`
    const {body: first} = await market.get(path)
    expect(first.total).toBe(3)
    const {body: second} = await market.get(`${path}&scroll_id=${first.scroll_id}`)
    const {body: end} = await market.get(`${path}&scroll_id=${first.scroll_id}`)
    const seen = [...first.questions, ...second.questions].map(({id}) => id)
    expect(seen.sort()).toEqual(ids)
    expect(end).toMatchObject({questions: [], scroll_id: null})
    expect((await market.get(`${path}&offset=1`)).status).toBe(400)
    const {body: again} = await market.get(path)
    market.client.emulator.advance(6 * 60_000)
    expect((await market.get(`${path}&scroll_id=${again.scroll_id}`)).status).toBe(400)
  })
})

describe('a control call', () => {
  it('asks for a buyer who has no token', async () => {
    const {status, body} = await market.control('/questions', {
      from: 'CASA_DEL_SUR',
      item: market.item(),
      text: '¿Hay?',
    })
    expect([status, body.status, body.app_id]).toEqual([201, 'UNANSWERED', null])
  })

  it('makes no question answered without an answer', async () => {
    const id = await asked()
    expect((await market.control(`/questions/${id}`, {status: 'ANSWERED'})).status).toBe(400)
    expect((await market.control(`/questions/${id}`, {answer_status: 'BANNED'})).status).toBe(400)
    expect((await market.control('/questions/1', {hold: true})).status).toBe(404)
  })
})
