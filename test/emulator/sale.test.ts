import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {lamp} from './items-app.js'
import {Receiver} from './notifications/receiver.js'
import {Story} from './story.js'

let story: Story
let receiver: Receiver
beforeEach(async () => {
  receiver = await Receiver.open()
  const topics = ['items', 'questions', 'orders_v2', 'shipments']
  story = await Story.begin({notificationsUrl: receiver.url, topics})
  story.emulator.world.changeSettings({timeout_ms: 10_000, concurrency: 1})
})
afterEach(async () => {
  await story.end()
  await receiver.close()
})

/** What the seller's application has been told since the last time. */
async function news(): Promise<string[]> {
  await story.emulator.world.notifications.idle()
  return receiver.received.splice(0).map(({body}) => `${body.topic} ${body.resource}`)
}

async function testUser(token: string) {
  const {body} = await story.json('POST', '/users/test_user', {site_id: 'MEC'}, token)
  return {id: body.id as number, token: (await story.connect(body.id)).access_token}
}

async function must(answer: Promise<{status: number; body: unknown}>) {
  const {status, body} = await answer
  if (status >= 300) throw new Error(JSON.stringify(body))
  // biome-ignore lint/suspicious/noExplicitAny: tests read the wire as it comes
  return body as any
}

describe('a sale between two test users', () => {
  it('goes from the question to the delivery, and each step is told once', async () => {
    const {access_token: owner} = await story.connect('TIENDA_ANDINA')
    const [seller, buyer] = [await testUser(owner), await testUser(owner)]
    const published = {...lamp, title: 'Item de Prueba - Por favor, NO OFERTAR', available_quantity: 1}
    const {id: itemId} = await must(story.json('POST', '/items', published, seller.token))
    expect(await news()).toEqual([`items /items/${itemId}`])

    const question = {item_id: itemId, text: '¿Es una prueba?'}
    const {id: questionId} = await must(story.json('POST', '/questions', question, buyer.token))
    await must(story.json('POST', '/answers', {question_id: questionId, text: 'Sí.'}, seller.token))
    expect(await news()).toEqual([`questions /questions/${questionId}`, `questions /questions/${questionId}`])

    const wish = {buyer: buyer.id, item: itemId, payment: 'in_process'}
    const bought = await must(story.json('POST', '/_emulator/purchase', wish))
    const [orderId, packId, shipmentId] = [bought.order_ids[0], bought.pack_ids[0], bought.shipment_ids[0]]
    const told = [`items /items/${itemId}`, `orders_v2 /orders/${orderId}`, `shipments /shipments/${shipmentId}`]
    expect((await news()).sort()).toEqual(told)
    expect(await must(story.get(`/items/${itemId}`, seller.token))).toMatchObject({
      status: 'paused',
      sub_status: ['out_of_stock'],
      sold_quantity: 1,
    })

    await must(story.json('POST', `/_emulator/orders/${orderId}/pay`, {}))
    expect((await news()).sort()).toEqual(told.slice(1))
    const pack = await must(story.get(`/packs/${packId}`, seller.token))
    expect(pack).toMatchObject({orders: [{id: orderId}], shipment: {id: shipmentId}})

    const label = await story.get(`/shipment_labels?shipment_ids=${shipmentId}&response_type=zpl2`, seller.token)
    expect(label.status).toBe(200)
    expect(await news()).toEqual([`shipments /shipments/${shipmentId}`])
    await must(story.json('POST', `/_emulator/shipments/${shipmentId}`, {status: 'shipped'}))
    await must(story.json('POST', `/_emulator/shipments/${shipmentId}`, {status: 'delivered'}))
    const [shipped, ...delivered] = await news()
    expect(shipped).toBe(`shipments /shipments/${shipmentId}`)
    expect(delivered.sort()).toEqual(told.slice(1))

    const {results} = await must(story.get(`/orders/search?seller=${seller.id}&tags=delivered`, seller.token))
    expect(results).toMatchObject([{id: orderId, status: 'paid', tags: ['paid', 'delivered', 'test_order']}])
    expect((await story.get(`/orders/${orderId}`, owner)).status).toBe(403)
  })
})
