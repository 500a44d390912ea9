import {describe, expect, it} from '@jest/globals'
import {Body} from '../../../src/meli/http/body.js'
import {readBulkAnswer} from '../../../src/meli/wire/bulk-answer.js'
import {itemSpans} from '../../../src/meli/wire/item-spans.js'
import {readProduct} from '../../../src/meli/wire/items.js'
import {readDate, readPaging, readTestUser, readToken, readUser, wireUserIdOf} from '../../../src/meli/wire/wire.js'
import fc from '../../support/properties.js'
import {httpAnswer} from '../../support/wire.js'

const read = (item: string) => {
  const source = new Body(Buffer.from(` ${item} `)).source()
  const record = readProduct({json: source.json, source, spans: itemSpans(source.text, 1), partial: false}, 7)
  return record && {...record, json: Buffer.from(record.json).toString()}
}

describe('wire', () => {
  it('reads a user, ids beyond 32 bits and unknown fields included', () => {
    const user = {id: 2_200_000_001, nickname: 'N', email: null, site_id: 'MEC', tags: ['normal', 'test_user'], new: {}}
    expect(readUser(user)).toEqual({
      userId: 2_200_000_001,
      nickname: 'N',
      email: null,
      siteId: 'MEC',
      tags: ['normal', 'test_user'],
      isTestUser: true,
    })
  })

  it('is content without an e-mail or tags, and not without an id or site', () => {
    expect(readUser({id: '7', nickname: 'N', site_id: 'MEC'})).toMatchObject({userId: 7, tags: [], isTestUser: false})
    for (const id of [undefined, 1.5, 2 ** 53, '9007199254740993', -1, 0, 'x', null])
      expect(readUser({id, nickname: 'N', site_id: 'MEC'})).toBeUndefined()
    expect(readUser({id: 7, nickname: 'N'})).toBeUndefined()
  })

  it('reads a test user with its password', () => {
    const user = {id: 1, nickname: 'TEST', password: 'p', site_status: 'active'}
    expect(readTestUser(user)).toEqual(user)
    expect(readTestUser({...user, site_status: undefined})).toMatchObject({site_status: null})
    expect(readTestUser({...user, password: null})).toBeUndefined()
  })

  it.each([
    ['2026-01-02T03:04:05.000Z', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04:05.000-04:00', '2026-01-02T07:04:05.000Z'],
    ['2026-01-02T03:04:05-0400', '2026-01-02T07:04:05.000Z'],
  ])('reads the time %s', (text, expected) => {
    expect(readDate(text)?.toISOString()).toBe(expected)
  })

  it.each(['', 'yesterday', '2026-13-01T00:00:00Z', '2026-01-02', 1_700_000_000, null, {}])(
    'has no time for %j',
    (value) => {
      expect(readDate(value)).toBeNull()
    },
  )

  it.each([
    ['0.10', '0.10'],
    ['1234.50', '1234.50'],
    ['99999999.99', '99999999.99'],
    ['12345678901234567890.12', '12345678901234567890.12'],
    ['"15.90"', '15.90'],
    ['null', null],
    ['{}', null],
    ['"free"', null],
  ])('keeps the price %s to the digit', (price, expected) => {
    expect(read(`{"id":"MLA1","variations":[{"price":1}],"price": ${price} }`)?.price).toBe(expected)
  })

  it('reads an item into columns and keeps its text', () => {
    const source =
      '{ "id":"MEC1","site_id":"MEC","title":"T","price":1.0,"currency_id":"USD","available_quantity":3,"sold_quantity":0,' +
      '"status":"active","seller_custom_field":"old","attributes":[null,{"id":"SELLER_SKU","value_name":"SKU-1"}],' +
      '"category_id":"C","listing_type_id":"free","condition":"new","permalink":"https://x","thumbnail":"http://t",' +
      '"user_product_id":"MECU1","last_updated":"2026-01-02T03:04:05.000Z" }'
    expect(read(source)).toEqual({
      id: 'MEC1',
      user_id: 7,
      site_id: 'MEC',
      title: 'T',
      price: '1.0',
      currency_id: 'USD',
      available_quantity: 3,
      sold_quantity: 0,
      status: 'active',
      seller_sku: 'SKU-1',
      category_id: 'C',
      listing_type_id: 'free',
      condition: 'new',
      permalink: 'https://x',
      thumbnail: 'http://t',
      user_product_id: 'MECU1',
      last_updated: new Date('2026-01-02T03:04:05Z'),
      partial: false,
      variations: [],
      json: source,
    })
  })

  it('reads variations in their order, prices to the digit and SKUs from their attributes', () => {
    const combination =
      '"attribute_combinations":[{"id":"COLOR","name":"Color","value_name":"Azul"},{"value_name":null}]'
    const sku = '"attributes":[{"id":"SELLER_SKU","value_name":null,"values":[{"name":"AZ-ñ"}]}]'
    const first = `{"id":12,"price": 10.50,"available_quantity":2,${combination},${sku},"user_product_id":"MECU1"}`
    const source = `{"id":"A","variations":[${first},{"id":"13","price":null,"seller_custom_field":"C"}],"price":9}`
    expect(read(source)?.variations).toEqual([
      {
        id: 12,
        price: '10.50',
        available_quantity: 2,
        seller_sku: 'AZ-ñ',
        user_product_id: 'MECU1',
        name: 'Color: Azul',
      },
      {id: 13, price: null, available_quantity: null, seller_sku: 'C', user_product_id: null, name: null},
    ])
  })

  it.each(['{"id":"A","variations":[{"price":1}]}', '{"id":"A","variations":"many"}'])(
    'knows no variations where one of them cannot be named: %s',
    (source) => {
      expect(read(source)).toMatchObject({id: 'A', variations: null})
    },
  )

  it('leaves empty what an item does not tell, or tells in another way', () => {
    expect(read('{"id":"A","title":7,"available_quantity":"many","attributes":{},"last_updated":5}')).toMatchObject({
      title: null,
      available_quantity: null,
      seller_sku: null,
      last_updated: null,
      price: null,
    })
    expect(read('{"title":"no id"}')).toBeUndefined()
  })

  it('reads half a character as what can be stored of it, and keeps the text', () => {
    const source = String.raw`{"id":"A","title":"\ud800 \udc00\ud83d\ude00 \u00f1ñ"}`
    expect(read(source)).toMatchObject({title: '\uFFFD \uFFFD😀 ññ', json: source})
  })

  it('finds the user of a token', () => {
    expect(wireUserIdOf(readToken({access_token: 'APP_USR-1-2-3-77'})!)).toBe(77)
    expect(wireUserIdOf(readToken({access_token: 'opaque', user_id: '78'})!)).toBe(78)
    expect(wireUserIdOf(readToken({access_token: 'opaque'})!)).toBeUndefined()
  })

  it('never throws, whatever comes', () => {
    const names = [
      'id',
      'user_id',
      'access_token',
      'paging',
      'total',
      'body',
      'status_code',
      'code',
      'attributes',
      'price',
    ]
    const odd = fc.letrec((tie) => ({
      value: fc.oneof(fc.jsonValue(), tie('object'), fc.array(tie('value'), {maxLength: 3})),
      object: fc.dictionary(fc.constantFrom(...names), tie('value')),
    })).value
    fc.assert(
      fc.property(odd, (value) => {
        const source = JSON.stringify(value)
        const json = JSON.parse(source)
        for (const reader of [readUser, readTestUser, readToken, readPaging, readDate]) reader(json)
        const answers = readBulkAnswer(httpAnswer(200, source), (document) => readProduct(document, 7))
        expect(answers !== undefined).toBe(Array.isArray(json))
      }),
    )
  })
})
