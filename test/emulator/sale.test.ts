import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {type Answer, EmulatorClient, type WireJson} from './emulator-client.js'
import {Receiver} from './notifications/receiver.js'
import {lamp} from './shop.js'

let client: EmulatorClient
let receiver: Receiver
beforeEach(async () => {
  receiver = await Receiver.open()
  const topics = ['items', 'questions', 'orders_v2', 'shipments']
  client = await EmulatorClient.start({notificationsUrl: receiver.url, topics})
  client.emulator.world.changeSettings({timeout_ms: 10_000, concurrency: 1})
})
afterEach(async () => {
  await client.close()
  await receiver.close()
})

/** What the seller's application has been told since the last time. */
async function news(): Promise<string[]> {
  await client.emulator.world.notifications.idle()
  return receiver.received.splice(0).map(({body}) => `${body.topic} ${body.resource}`)
}

async function testUser(token: string) {
  const {body} = await client.json('POST', '/users/test_user', {site_id: 'MEC'}, token)
  return {id: body.id as number, token: (await client.connect(body.id)).access_token}
}

async function must(answer: Promise<Answer>): Promise<WireJson> {
  const {status, body} = await answer
  if (status >= 300) throw new Error(JSON.stringify(body))
  return body
}

describe('a sale between two test users', () => {
  it('goes from the question to the delivery, and each step is told once', async () => {
    const {access_token: owner} = await client.connect('TIENDA_ANDINA')
    const [seller, buyer] = [await testUser(owner), await testUser(owner)]
    const published = {...lamp, title: 'Item de Prueba - Por favor, NO OFERTAR', available_quantity: 1}
    const {id: itemId} = await must(client.json('POST', '/items', published, seller.token))
    expect(await news()).toEqual([`items /items/${itemId}`])

    const question = {item_id: itemId, text: '¿Es una prueba?'}
    const {id: questionId} = await must(client.json('POST', '/questions', question, buyer.token))
    await must(client.json('POST', '/answers', {question_id: questionId, text: 'Sí.'}, seller.token))
    expect(await news()).toEqual([`questions /questions/${questionId}`, `questions /questions/${questionId}`])

    const wish = {buyer: buyer.id, item: itemId, payment: 'in_process'}
    const bought = await must(client.json('POST', '/_emulator/purchase', wish))
    const [orderId, packId, shipmentId] = [bought.order_ids[0], bought.pack_ids[0], bought.shipment_ids[0]]
    const told = [`items /items/${itemId}`, `orders_v2 /orders/${orderId}`, `shipments /shipments/${shipmentId}`]
    expect((await news()).sort()).toEqual(told)
    expect(await must(client.get(`/items/${itemId}`, seller.token))).toMatchObject({
      status: 'paused',
      sub_status: ['out_of_stock'],
      sold_quantity: 1,
    })

    await must(client.json('POST', `/_emulator/orders/${orderId}/pay`, {}))
    expect((await news()).sort()).toEqual(told.slice(1))
    const pack = await must(client.get(`/packs/${packId}`, seller.token))
    expect(pack).toMatchObject({orders: [{id: orderId}], shipment: {id: shipmentId}})

    const label = await client.get(`/shipment_labels?shipment_ids=${shipmentId}&response_type=zpl2`, seller.token)
    expect(label.status).toBe(200)
    expect(await news()).toEqual([`shipments /shipments/${shipmentId}`])
    await must(client.json('POST', `/_emulator/shipments/${shipmentId}`, {status: 'shipped'}))
    await must(client.json('POST', `/_emulator/shipments/${shipmentId}`, {status: 'delivered'}))
    const [shipped, ...delivered] = await news()
    expect(shipped).toBe(`shipments /shipments/${shipmentId}`)
    expect(delivered.sort()).toEqual(told.slice(1))

    const {results} = await must(client.get(`/orders/search?seller=${seller.id}&tags=delivered`, seller.token))
    expect(results).toMatchObject([{id: orderId, status: 'paid', tags: ['paid', 'delivered', 'test_order']}])
    expect((await client.get(`/orders/${orderId}`, owner)).status).toBe(403)
  })
})
