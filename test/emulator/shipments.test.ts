import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {exportWorld, importWorld} from '../../src/emulator/model/state.js'
import {World} from '../../src/emulator/model/world.js'
import {Depot} from './depot.js'
import {dayMs} from './emulator-client.js'

let depot: Depot
beforeEach(async () => {
  depot = await Depot.open()
})
afterEach(() => depot.close())

describe('a shipment', () => {
  it('is shown in the new format', async () => {
    const {id} = depot.send()
    const {status, body} = await depot.read(`/shipments/${id}`)
    expect(status).toBe(200)
    expect(Object.keys(body)).toEqual([
      'id',
      'status',
      'substatus',
      'date_created',
      'last_updated',
      'external_reference',
      'external_key',
      'declared_value',
      'dimensions',
      'logistic',
      'origin',
      'destination',
      'source',
      'tags',
      'sibling',
      'priority_class',
      'lead_time',
      'tracking_number',
      'tracking_method',
      'quotation',
      'items_types',
      'snapshot_packing',
    ])
    expect(body).toMatchObject({
      id,
      status: 'ready_to_ship',
      substatus: 'ready_to_print',
      date_created: expect.stringMatching(/^2026-03-01T08:00:\d\d\.\d{3}-04:00$/),
      declared_value: 12.5,
      logistic: {mode: 'me2', type: 'drop_off', direction: 'forward'},
      source: {site_id: 'MEC'},
      tags: [],
      tracking_number: `MEC${id}`,
    })
  })

  it('names its pack and no order, unless the documentation is followed', async () => {
    const {id} = depot.send()
    const {body} = await depot.read(`/shipments/${id}`)
    expect(body).toMatchObject({
      external_reference: '2000000000000001',
      external_key: null,
      snapshot_packing: {snapshot_id: null, pack_hash: null},
      quotation: null,
    })
    expect(body).not.toHaveProperty('order_id')
    await depot.client.json('POST', '/_emulator/settings', {profile: 'documented'})
    expect((await depot.read(`/shipments/${id}`)).body).not.toHaveProperty('external_reference')
  })

  it('is flat without the header of the new format', async () => {
    const {id, lines} = depot.send()
    await depot.control(`/${id}`, {status: 'shipped'})
    const {status, body} = await depot.client.get(`/shipments/${id}`, depot.seller.access_token)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      id,
      mode: 'me2',
      logistic_type: 'drop_off',
      order_id: 2_000_000_000_000_007,
      status: 'shipped',
      status_history: {
        date_handling: null,
        date_ready_to_ship: expect.stringMatching(/-04:00$/),
        date_shipped: expect.stringMatching(/-04:00$/),
        date_delivered: null,
      },
      receiver_id: depot.buyer.user_id,
      receiver_address: {address_line: expect.any(String), receiver_name: expect.any(String), city: {}},
      shipping_items: [{id: lines[0]!.itemId, quantity: 2}],
      shipping_option: {name: expect.any(String), estimated_delivery_time: {date: expect.any(String)}},
      tracking_number: `MEC${id}`,
    })
    for (const name of ['logistic', 'destination', 'lead_time', 'external_reference'])
      expect(body).not.toHaveProperty(name)
  })

  it('is refused or answered without the header of the new format by a setting', async () => {
    const {id} = depot.send()
    const without = () => depot.client.get(`/shipments/${id}`, depot.seller.access_token)
    await depot.control('/settings', {old_format: 'refused'})
    expect(await without()).toMatchObject({status: 400, body: {message: 'the header x-format-new: true is required'}})
    await depot.control('/settings', {old_format: 'answered'})
    expect((await without()).body).toEqual((await depot.read(`/shipments/${id}`)).body)
  })

  it('is for its seller and its buyer alone', async () => {
    const {id} = depot.send()
    expect((await depot.read(`/shipments/${id}`, depot.buyer)).status).toBe(200)
    expect(await depot.read(`/shipments/${id}`, depot.stranger)).toMatchObject({status: 403, body: {code: 'FORBIDDEN'}})
    expect((await depot.client.get(`/shipments/${id}`)).status).toBe(401)
    expect((await depot.read('/shipments/123')).status).toBe(404)
    expect((await depot.read('/shipments/1x')).status).toBe(404)
  })

  it('masks the address until it is paid', async () => {
    const {id} = depot.send({paid: false})
    const unpaid = await depot.read(`/shipments/${id}`)
    expect(unpaid.body).toMatchObject({status: 'pending', substatus: 'waiting_for_payment', tracking_number: null})
    expect(unpaid.body.destination.shipping_address).toMatchObject({address_line: 'XXXXXXX', zip_code: 'XXXXXXX'})
    depot.shipments.paid(id)
    const paid = await depot.read(`/shipments/${id}`)
    expect(paid.body.destination.shipping_address.address_line).toMatch(/^\w[\w ]+ \d+$/)
    expect(paid.body).toMatchObject({status: 'ready_to_ship', substatus: 'ready_to_print'})
  })

  it('has a phone number with ME1 only', async () => {
    const [me1, me2] = [depot.send({mode: 'me1', logisticType: 'not_specified'}), depot.send()]
    expect((await depot.read(`/shipments/${me1.id}`)).body.destination.receiver_phone).toMatch(/^\d+$/)
    expect((await depot.read(`/shipments/${me2.id}`)).body.destination.receiver_phone).toBeNull()
  })

  it('of test users is tagged', async () => {
    const {id} = depot.send({isTest: true})
    expect((await depot.read(`/shipments/${id}`)).body.tags).toEqual(['test_shipment'])
  })

  it('waits for its label first, when it is switched so', async () => {
    await depot.control('/settings', {after_payment: 'waiting_for_label_generation'})
    expect(depot.send()).toMatchObject({status: 'handling', substatus: 'waiting_for_label_generation'})
  })
})

describe('what hangs on a shipment', () => {
  it('is its orders, for those who name the new domain', async () => {
    const {id, lines} = depot.send()
    expect((await depot.read(`/shipments/${id}/orders`)).body).toEqual([
      {
        order_id: '2000000000000007',
        pack_id: 2_000_000_000_000_001,
        item_id: lines[0]!.itemId,
        variation_id: null,
        user_product_id: null,
        seller_id: depot.seller.user_id,
        requested_quantity: 2,
        picked_quantity: null,
      },
    ])
    const old = await depot.client.get(`/shipments/${id}/orders`, depot.seller.access_token, {'x-format-new': 'true'})
    expect(old.status).toBe(400)
    expect((await depot.read(`/shipments/${depot.send({lines: []}).id}/orders`)).status).toBe(204)
  })

  it('is its dispatch time, kept or missed', async () => {
    const [late, early] = [depot.send(), depot.send()]
    await depot.control(`/${early.id}`, {substatus: 'printed'})
    await depot.control(`/${early.id}`, {substatus: 'dropped_off'})
    depot.client.emulator.advance(2 * dayMs)
    const seller = await depot.client.connect()
    expect((await depot.read(`/shipments/${late.id}/sla`, seller)).body).toMatchObject({status: 'delayed'})
    expect((await depot.read(`/shipments/${early.id}/sla`, seller)).body).toEqual({
      status: 'on_time',
      expected_date: expect.stringMatching(/^2026-03-02T08:00/),
      service: '',
      last_updated: expect.any(String),
    })
  })

  it('is its dispatch time without the header too, or a 404 when there is none', async () => {
    await depot.control('/settings', {old_format: 'refused'})
    const sla = (id: number) => depot.client.get(`/shipments/${id}/sla`, depot.seller.access_token)
    expect((await sla(depot.send().id)).status).toBe(200)
    expect(await sla(depot.send({mode: 'me1', logisticType: 'not_specified'}).id)).toMatchObject({
      status: 404,
      body: {code: 'not_found', message: 'not_found'},
    })
  })

  it('is its lead time, as the shipment shows it', async () => {
    const {id} = depot.send()
    const {body} = await depot.read(`/shipments/${id}`)
    expect((await depot.read(`/shipments/${id}/lead_time`)).body).toEqual(body.lead_time)
  })

  it('is no delay', async () => {
    expect((await depot.read(`/shipments/${depot.send().id}/delays`)).status).toBe(404)
  })
})

describe('a move by hand', () => {
  it('follows the natural way to the buyer', async () => {
    const {id} = depot.send({paid: false})
    expect(await depot.control(`/${id}`, {advance: true})).toMatchObject({
      status: 409,
      body: {message: 'it waits for its payment'},
    })
    depot.shipments.paid(id)
    const steps: string[] = []
    for (;;) {
      const {status, body} = await depot.control(`/${id}`, {advance: true})
      if (status !== 200) break
      steps.push(`${body.status}/${body.substatus}`)
    }
    expect(steps).toEqual([
      'ready_to_ship/printed',
      'ready_to_ship/dropped_off',
      'ready_to_ship/in_hub',
      'shipped/null',
      'shipped/out_for_delivery',
      'delivered/null',
    ])
    const {body} = await depot.client.get(`/_emulator/shipments/${id}`)
    expect(body.history).toHaveLength(8)
  })

  it.each([
    ['back', {status: 'pending', substatus: 'shipment_paid'}, 'pending cannot follow ready_to_ship'],
    ['over the road', {status: 'delivered'}, 'delivered cannot follow ready_to_ship'],
    ['nowhere', {status: 'flying'}, 'there is no flying; GET /shipment_statuses has them all'],
    ['to a sub-state of another status', {status: 'shipped', substatus: 'printed'}, /^there is no shipped\/printed/],
    ['where it is', {substatus: 'ready_to_print'}, 'it is ready_to_ship/ready_to_print already'],
  ])('%s is refused', async (_where, to, message) => {
    const {id} = depot.send()
    const answer = await depot.control(`/${id}`, to)
    expect(answer).toMatchObject({status: 409, body: {error: 'illegal_move'}})
    expect(answer.body.message).toMatch(message)
  })

  it('is made all the same when it is forced, though not to a state there is not', async () => {
    const {id} = depot.send()
    expect((await depot.control(`/${id}`, {status: 'delivered', force: true})).body.status).toBe('delivered')
    expect((await depot.control(`/${id}`, {status: 'flying', force: true})).status).toBe(409)
  })

  it('of an unpaid shipment goes nowhere but to its end', async () => {
    const {id} = depot.send({paid: false})
    expect((await depot.control(`/${id}`, {status: 'ready_to_ship'})).body.message).toBe(
      'it is not paid; pay its order first',
    )
    expect((await depot.control(`/${id}`, {status: 'cancelled', substatus: 'time_expired'})).status).toBe(200)
  })

  it('brings a return into being, which is not what went to the buyer', async () => {
    const {id} = depot.send()
    const {status, body} = await depot.control(`/${id}/return`, {})
    expect([status, body.direction]).toEqual([201, 'return'])
    expect(depot.shipments.ofOrder(2_000_000_000_000_007)?.id).toBe(id)
    expect(depot.shipments.allOfOrder(2_000_000_000_000_007).map((one) => one.id)).toEqual([body.id, id])
  })

  it('names what it does not understand', async () => {
    const {id} = depot.send()
    expect((await depot.control(`/${id}`, {state: 'shipped'})).status).toBe(400)
    expect((await depot.control(`/${id}`, {})).status).toBe(400)
    expect((await depot.control('/1', {advance: true})).status).toBe(404)
    expect((await depot.control('/settings', {zpl_packaging: 'tar'})).status).toBe(400)
  })
})

describe('the shipments', () => {
  it('are told of, each change once', async () => {
    const {notifications} = depot.client.emulator.world
    notifications.subscribe(Number(depot.client.emulator.clientId), {url: 'http://127.0.0.1:9/nobody'})
    depot.client.emulator.world.changeSettings({hold: true})
    const {id} = depot.send({paid: false})
    depot.shipments.paid(id)
    depot.shipments.paid(id)
    depot.shipments.cancel(id, 'cancelled_manually')
    depot.shipments.cancel(id, 'cancelled_manually')
    await depot.control(`/${id}`, {advance: true})
    expect(notifications.list().map(({topic, resource, userId}) => [topic, resource, userId])).toEqual(
      Array.from({length: 3}, () => ['shipments', `/shipments/${id}`, depot.seller.user_id]),
    )
  })

  it('stay what they are once they have left', () => {
    const {id} = depot.send()
    depot.shipments.move(depot.shipments.get(id)!, {status: 'shipped', substatus: null})
    depot.shipments.cancel(id, null)
    expect(depot.shipments.get(id)?.status).toBe('shipped')
    expect(() => depot.shipments.cancel(id, 'printed')).toThrow(RangeError)
  })

  it('are taken up again from a saved state, and go on with the same ids', () => {
    depot.send()
    const copy = new World({seed: 99})
    importWorld(copy, JSON.parse(JSON.stringify(exportWorld(depot.client.emulator.world))))
    expect(copy.shipments.list()).toEqual(depot.shipments.list())
    expect(copy.shipments.create(depot.fields()).id).toBe(depot.send().id)
  })

  it('have ids that are the same for the same seed', () => {
    const ids = [new World({seed: 5}), new World({seed: 5})].map(({shipments}) => shipments.create(depot.fields()).id)
    expect(ids[0]).toBe(ids[1])
  })

  it('know all states', async () => {
    const {body} = await depot.read('/shipment_statuses')
    expect(body).toHaveLength(15)
    expect(body).toContainEqual(expect.objectContaining({id: 'not_verified', substatuses: []}))
    expect(body[1].substatuses[0]).toEqual({id: 'waiting_for_payment', name: 'Waiting for payment'})
  })
})
