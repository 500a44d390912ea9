import {deflateRawSync} from 'node:zlib'
import {afterEach, describe, expect, it} from '@jest/globals'
import {zipOf} from '../../../src/emulator/routes/shipment-labels.js'
import {createMercadoLibre} from '../../../src/meli/api/api.js'
import {unzip} from '../../../src/meli/http/zip.js'
import type {MercadoLibre} from '../../../src/services/ports/index.js'
import {type HttpServer, hangUp, json, type Reply, startServer, text} from '../../support/http-server.js'
import {quickHttp} from '../../support/wire.js'

const seller = 8_035_443
const {signal} = new AbortController()
const whole = {
  id: 44_000_000_001,
  status: 'ready_to_ship',
  substatus: 'ready_to_print',
  date_created: '2026-03-01T08:00:00.000-04:00',
  last_updated: '2026-03-01T09:00:00.000-04:00',
  logistic: {mode: 'me2', type: 'drop_off', direction: 'forward'},
  destination: {
    receiver_id: 202_593_498,
    receiver_name: 'Ana Pérez',
    shipping_address: {
      address_line: 'Calle 1',
      zip_code: '170150',
      city: {id: null, name: 'Quito'},
      state: {name: 'Pichincha'},
      country: {id: 'EC', name: 'Ecuador'},
    },
    receiver_phone: '0991234567',
  },
  tags: ['test_shipment'],
  lead_time: {shipping_method: {name: 'Normal'}, estimated_delivery_time: {date: '2026-03-05T00:00:00.000-04:00'}},
  tracking_number: 'MEC44',
  tracking_method: 'Estándar',
}

/** As it is answered without `x-format-new`. */
const flat = {
  id: 44_000_000_001,
  mode: 'me2',
  logistic_type: 'cross_docking',
  status: 'delivered',
  substatus: null,
  order_id: 2_000_000_000_000_001,
  date_created: '2026-03-01T08:00:00.000-04:00',
  last_updated: '2026-03-06T09:00:00.000-04:00',
  receiver_id: 202_593_498,
  receiver_address: {
    receiver_name: 'Ana Pérez',
    address_line: 'Calle 1',
    zip_code: '170150',
    city: {id: null, name: 'Quito'},
    state: {name: 'Pichincha'},
    country: {id: 'EC', name: 'Ecuador'},
    receiver_phone: '0991234567',
  },
  shipping_option: {name: 'Prioritario', estimated_delivery_time: {date: '2026-03-05T00:00:00.000-04:00'}},
  shipping_items: [{id: 'MEC1', description: 'Sombrero', quantity: 2}],
  status_history: {date_shipped: '2026-03-02T08:00:00.000-04:00', date_delivered: '2026-03-06T09:00:00.000-04:00'},
  tags: ['test_shipment'],
  tracking_number: 'MEC45',
  tracking_method: 'Express',
}

let server: HttpServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

async function against(...replies: Reply[]): Promise<{api: MercadoLibre; server: HttpServer}> {
  server = await startServer(...replies)
  const api = createMercadoLibre(quickHttp(server.origin))({current: async () => 'APP_USR-x'})
  return {api, server}
}

describe('a shipment', () => {
  it('is read with the amounts as they were sent, and no more of the buyer than is shown', async () => {
    const body = JSON.stringify(whole).replace('"tags"', '"declared_value":12.50,"tags"')
    const {api, server} = await against(text(body, 200, {'content-type': 'application/json'}))
    const shipment = await api.shipment(seller, '44000000001')
    expect(shipment).toEqual({
      id: '44000000001',
      user_id: seller,
      status: 'ready_to_ship',
      substatus: 'ready_to_print',
      mode: 'me2',
      logistic_type: 'drop_off',
      direction: 'forward',
      tracking_number: 'MEC44',
      tracking_method: 'Estándar',
      declared_value: '12.50',
      shipping_method: 'Normal',
      date_created: new Date('2026-03-01T12:00:00Z'),
      last_updated: new Date('2026-03-01T13:00:00Z'),
      estimated_delivery: new Date('2026-03-05T04:00:00Z'),
      receiver_id: 202_593_498,
      receiver_name: 'Ana Pérez',
      address_line: 'Calle 1',
      zip_code: '170150',
      city: 'Quito',
      state: 'Pichincha',
      country: 'Ecuador',
      tags: ['test_shipment'],
      partial: false,
    })
    expect(server.requests[0]).toMatchObject({url: '/shipments/44000000001', headers: {'x-format-new': 'true'}})
  })

  it('is read in full from the flat format, whatever was asked for', async () => {
    const {api} = await against(json(flat))
    expect(await api.shipment(seller, '44000000001')).toEqual({
      id: '44000000001',
      user_id: seller,
      status: 'delivered',
      substatus: null,
      mode: 'me2',
      logistic_type: 'cross_docking',
      direction: null,
      tracking_number: 'MEC45',
      tracking_method: 'Express',
      declared_value: null,
      shipping_method: 'Prioritario',
      date_created: new Date('2026-03-01T12:00:00Z'),
      last_updated: new Date('2026-03-06T13:00:00Z'),
      estimated_delivery: new Date('2026-03-05T04:00:00Z'),
      receiver_id: 202_593_498,
      receiver_name: 'Ana Pérez',
      address_line: 'Calle 1',
      zip_code: '170150',
      city: 'Quito',
      state: 'Pichincha',
      country: 'Ecuador',
      tags: ['test_shipment'],
      partial: false,
    })
  })

  it('finds in the one format what is empty in the other', async () => {
    const {api} = await against(
      json({
        ...{...flat, id: 44_000_000_001, logistic: {mode: '', type: null}},
        ...{
          lead_time: {shipping_method: {name: ' '}},
          destination: {receiver_name: '', shipping_address: {zip_code: ''}},
        },
      }),
    )
    expect(await api.shipment(seller, '44000000001')).toMatchObject({
      ...{mode: 'me2', logistic_type: 'cross_docking', shipping_method: 'Prioritario'},
      ...{receiver_name: 'Ana Pérez', zip_code: '170150', city: 'Quito'},
    })
  })

  it('may have nothing but an id, and is partial when the service says so', async () => {
    const {api} = await against(json({id: 44_000_000_001, logistic: null, destination: 7, lead_time: []}, 206))
    expect(await api.shipment(seller, '44000000001')).toMatchObject({
      ...{id: '44000000001', status: null, receiver_name: null, date_created: null, declared_value: null},
      ...{tags: [], partial: true},
    })
  })

  it.each([
    ['another one', {...whole, id: 5}],
    ['none', {}],
  ])('is not taken for %s', async (_, body) => {
    const {api} = await against(json(body))
    await expect(api.shipment(seller, '44000000001')).rejects.toMatchObject({code: 'MELI_ANSWER_UNUSABLE'})
  })

  it('is of whoever sells what is in it', async () => {
    const rows = [{seller_id: seller}, {seller_id: seller, order_id: '2000000000000001', pack_id: 2}, {seller_id: null}]
    const {api, server} = await against(json(rows), text('', 204), json({seller_id: seller}))
    expect(await api.shipmentOrders('44000000001')).toEqual({sellers: [seller], orderIds: ['2000000000000001']})
    expect(await api.shipmentOrders('44000000001')).toEqual({sellers: [], orderIds: []})
    await expect(api.shipmentOrders('44000000001')).rejects.toMatchObject({code: 'MELI_ANSWER_UNUSABLE'})
    expect(server.requests[0]).toMatchObject({headers: {'x-new-domain': 'true', 'x-format-new': 'true'}})
  })
})

describe('several shipments', () => {
  /** By id, so that the order of arrival does not matter. */
  const byId = (answers: Record<string, Reply>): Reply => {
    return (response, request) => {
      const id = request.url.split('/').at(-1) ?? ''
      const reply = answers[id] ?? json({...whole, id: Number(id)})
      reply(response, request)
    }
  }

  it('come in the order asked, each that cannot be had with its reason', async () => {
    const ids = Array.from({length: 20}, (_, at) => String(at + 1))
    const {api} = await against(byId({3: json({message: 'gone'}, 404), 5: json({message: 'no'}, 403)}))
    const source = api.shipments(seller)
    const answers = await source.fetch(ids, signal)
    expect(answers.map(({id}) => id)).toEqual(ids)
    expect(answers.filter(({ok}) => !ok)).toMatchObject([
      {id: '3', status: 404},
      {id: '5', status: 403},
    ])
    expect(source.traffic.requests).toBe(20)
  })

  it('go on without one that the service fails for, and stop when it fails for all', async () => {
    const {api} = await against(byId({3: json({}, 500)}))
    const answers = await api.shipments(seller).fetch(['1', '2', '3', '4'], signal)
    expect(answers.map(({ok}) => ok)).toEqual([true, true, false, true])
    await server?.close()
    const failing = await against(json({}, 500))
    const ids = Array.from({length: 9}, (_, at) => String(at + 1))
    await expect(failing.api.shipments(seller).fetch(ids, signal)).rejects.toMatchObject({code: 'MELI_SERVICE_FAILING'})
  })

  it('are given up together when there is no connection', async () => {
    const {api} = await against(hangUp)
    await expect(api.shipments(seller).fetch(['1', '2'], signal)).rejects.toMatchObject({code: 'MELI_UNREACHABLE'})
  })

  it('are given up with the reason of the signal', async () => {
    const stop = new AbortController()
    const {api} = await against(() => stop.abort(new Error('enough')))
    await expect(api.shipments(seller).fetch(['1', '2'], stop.signal)).rejects.toThrow('enough')
  })
})

describe('labels', () => {
  const pdf = Buffer.concat([Buffer.from('%PDF-1.4\n', 'latin1'), Buffer.from([0xe2, 0xe3, 0xcf, 0xd3, 0xff, 0])])

  it('in PDF are the bytes that were sent', async () => {
    const {api, server} = await against(text(pdf, 200, {'content-type': 'application/pdf'}))
    const {bytes, contentType} = await api.labels(['1', '2'], 'pdf')
    expect([Buffer.from(bytes), contentType]).toEqual([pdf, 'application/pdf'])
    expect(server.requests[0]?.url).toBe('/shipment_labels?shipment_ids=1,2&response_type=pdf')
  })

  it('in ZPL are text, also when it comes in an archive with other things', async () => {
    const zpl = '^XA^FDÑandú^FS^XZ\n'
    const {api, server} = await against(text(zpl), text(zipOf('Etiqueta.txt', Buffer.from(zpl))))
    for (const _ of [1, 2]) expect(Buffer.from((await api.labels(['1'], 'zpl')).bytes).toString()).toBe(zpl)
    expect(server.requests[1]?.url).toContain('response_type=zpl2')
  })

  it.each([
    ['pdf', text('<html>sorry</html>')],
    ['zpl', text('sorry')],
    ['zpl', text(zipOf('labels.txt', Buffer.from('^XA^XZ')).subarray(0, 40))],
    ['zpl', text(zipOf('other.txt', Buffer.from('nothing')))],
  ] as const)('in %s are not taken from something else', async (format, reply) => {
    const {api} = await against(reply)
    await expect(api.labels(['1'], format)).rejects.toMatchObject({code: 'MELI_ANSWER_UNUSABLE'})
  })

  it('are refused with the code of the service', async () => {
    const {api} = await against(
      json({error: 'not_printable_status', message: 'Shipment 1 is shipped', status: 400}, 400),
    )
    await expect(api.labels(['1'], 'pdf')).rejects.toMatchObject({
      code: 'MELI_API_REJECTED',
      details: {status: 400, error: 'not_printable_status'},
    })
  })

  it('are asked for fifty at a time at most', async () => {
    const {api} = await against(text(pdf))
    const ids = Array.from({length: 51}, (_, at) => String(at))
    await expect(api.labels(ids, 'pdf')).rejects.toThrow('at most 50')
  })
})

describe('an archive', () => {
  it('gives what was packed in it', () => {
    const [plain] = unzip(zipOf('ñ.txt', Buffer.from('hello')))
    expect([plain?.name, plain?.content.toString()]).toEqual(['ñ.txt', 'hello'])
    const stored = zipOf('a.txt', Buffer.from('hello'))
    const packed = deflateRawSync(Buffer.from('hello'))
    // The same with its content packed: method 8, and the lengths of what is there.
    const swap = (buffer: Buffer, at: number) => {
      buffer.writeUInt16LE(8, at)
      buffer.writeUInt32LE(packed.length, at + 10)
    }
    const local = Buffer.from(stored.subarray(0, 35))
    swap(local, 8)
    const central = Buffer.from(stored.subarray(40, stored.length - 22))
    swap(central, 10)
    const end = Buffer.from(stored.subarray(-22))
    end.writeUInt32LE(local.length + packed.length, 16)
    const [entry] = unzip(Buffer.concat([local, packed, central, end]))
    expect(entry?.content.toString()).toBe('hello')
  })

  it.each([Buffer.from('PK'), Buffer.from('PK\x05\x06'), Buffer.alloc(0)])('is refused when it is broken', (bytes) => {
    expect(() => unzip(bytes)).toThrow(RangeError)
  })
})
