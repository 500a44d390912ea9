import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {openShop, publish, type Shop, seller} from './shop.js'

let shop: Shop

beforeEach(() => {
  shop = openShop()
})
afterEach(() => shop.app.close())

interface Answer {
  body: {id: string}
}

const notFound = (id: string) => ({
  message: `Item with id ${id} not found`,
  error: 'not_found',
  status: 404,
  cause: [],
})

const forbidden = 'access to the requested resource is forbidden'

describe('the bulk multiget', () => {
  /** A found item, a foreign one and an unknown one. */
  async function three() {
    const own = (await publish(shop)).id
    const foreign = (await publish(shop, {category_id: 'MLB9999', currency_id: 'BRL'}, 'stranger')).id
    const ask = async (attributes?: string) =>
      (await shop.get(`/items/bulk?ids=${own},${foreign},MEC999${attributes ? `&attributes=${attributes}` : ''}`)).body
    return {own, foreign, ask}
  }

  const byId = (elements: {id?: string}[]) => Object.fromEntries(elements.map((element) => [element.id, element]))

  it('gives each element its own status, and refusals an error and no body', async () => {
    const {own, foreign, ask} = await three()
    const elements = byId(await ask())
    expect(elements[own]).toMatchObject({id: own, status_code: 200, body: {id: own, price: 1234.5}})
    expect(elements[own]).not.toHaveProperty('error')
    expect(elements[foreign]).toEqual({id: foreign, status_code: 403, error: {message: forbidden}})
    expect(elements.MEC999).toEqual({
      id: 'MEC999',
      status_code: 404,
      error: {message: 'Item with id MEC999 not found'},
    })
  })

  it('selects on the element: what is not named is dropped, and a refusal is empty', async () => {
    const {own, ask} = await three()
    const found = {body: {id: own, shipping: {mode: 'not_specified'}}}
    expect(await ask('body.id,body.shipping.mode')).toEqual(expect.arrayContaining([found, {}, {}]))
  })

  it.each([
    ['id', (own: string) => [{id: own}, {id: 'MEC999'}]],
    ['status_code', () => [{status_code: 200}, {status_code: 403}, {status_code: 404}]],
    ['error', () => [{}, {error: {message: forbidden}}]],
    ['error.message', () => [{}, {error: {message: forbidden}}]],
    ['price', () => [{}, {}, {}]],
  ])('knows the members of an element: %s', async (attributes, expected) => {
    const {own, ask} = await three()
    const elements = await ask(attributes)
    expect(elements).toHaveLength(3)
    expect(elements).toEqual(expect.arrayContaining(expected(own)))
  })

  it('keeps the envelope for a client that names it', async () => {
    const {own, foreign, ask} = await three()
    const elements = byId(await ask('id,status_code,error,body.price'))
    expect(elements[own]).toEqual({id: own, status_code: 200, body: {price: 1234.5}})
    expect(elements[foreign]).toEqual({id: foreign, status_code: 403, error: {message: forbidden}})
  })

  it('has the whole body where that is named', async () => {
    const {own, ask} = await three()
    const whole = (await shop.get(`/items/${own}`)).body
    expect(await ask('body')).toEqual(expect.arrayContaining([{body: whole}, {}, {}]))
  })

  it('has the form of the pages when told to', async () => {
    const {own, foreign, ask} = await three()
    await shop.post('/_emulator/items/settings', {bulk_element: 'documented', multiget_order: 'request'})
    expect(await ask('id,body.price')).toEqual([
      {id: own, status_code: 200, body: {price: 1234.5}},
      {id: foreign, status_code: 403, body: {message: forbidden, error: 'access_denied', status: 403, cause: []}},
      {id: 'MEC999', status_code: 404, body: notFound('MEC999')},
    ])
  })
})

describe('reading many items', () => {
  it('still speaks the old contract, whose refusals need not have an id', async () => {
    const {id} = await publish(shop)
    const {id: foreign} = await publish(shop, {category_id: 'MLB9999', currency_id: 'BRL'}, 'stranger')
    const {body} = await shop.get(`/items?ids=${id},MEC999,${foreign}&attributes=id,price`)
    expect(body).toHaveLength(3)
    expect(body).toEqual(
      expect.arrayContaining([
        {code: 200, body: {id, price: 1234.5}},
        {code: 404, body: {id: 'MEC999', ...notFound('MEC999')}},
        {code: 403, body: {message: forbidden, error: 'access_denied', status: 403, cause: []}},
      ]),
    )
  })

  it('does not keep the order of the request unless told to, and always has the same', async () => {
    shop.catalogue.seed(seller, 20)
    const ids = shop.catalogue.listed(seller.userId).map(({id}) => id)
    const orders = async () => [
      (await shop.get(`/items/bulk?ids=${ids.join(',')}`)).body.map(({id}: {id: string}) => id),
      (await shop.get(`/items?ids=${ids.toReversed().join(',')}`)).body.map(({body}: Answer) => body.id),
    ]
    const [bulk, old] = await orders()
    expect(bulk.toSorted()).toEqual(ids.toSorted())
    expect(bulk).not.toEqual(ids)
    expect(old).toEqual(bulk)
    await shop.post('/_emulator/items/settings', {multiget_order: 'request'})
    expect(await orders()).toEqual([ids, ids.toReversed()])
  })

  it('takes twenty ids and no more', async () => {
    shop.catalogue.seed(seller, 21)
    const ids = shop.catalogue.listed(seller.userId).map(({id}) => id)
    expect((await shop.get(`/items/bulk?ids=${ids.slice(0, 20).join(',')}`)).body).toHaveLength(20)
    for (const route of ['/items/bulk', '/items']) {
      expect((await shop.get(`${route}?ids=${ids.join(',')}`)).status).toBe(400)
      expect((await shop.get(route)).status).toBe(400)
    }
  })

  it('can know only one of the two routes', async () => {
    const {id} = await publish(shop)
    const statuses = async () => [
      (await shop.get(`/items/bulk?ids=${id}`)).status,
      (await shop.get(`/items?ids=${id}`)).status,
    ]
    expect(await statuses()).toEqual([200, 200])
    await shop.post('/_emulator/items/settings', {bulk: 'only-old'})
    expect(await statuses()).toEqual([404, 200])
    await shop.post('/_emulator/items/settings', {bulk: 'only-new'})
    expect(await statuses()).toEqual([200, 404])
  })

  it('plays an ordered failure as often as it was ordered', async () => {
    const {id} = await publish(shop)
    await shop.post('/_emulator/items/outcomes', {id, route: 'bulk', status: 500, times: 2})
    const statuses: number[] = []
    for (let n = 0; n < 3; n++) statuses.push((await shop.get(`/items/bulk?ids=${id}`)).body[0].status_code)
    expect(statuses).toEqual([500, 500, 200])
    expect((await shop.get(`/items/${id}`)).status).toBe(200)
  })

  it('leaves parts out of an ordered 206 and names them', async () => {
    const {id} = await publish(shop)
    await shop.post('/_emulator/items/outcomes', {id, route: 'bulk', status: 206})
    const {headers, body} = await shop.get(`/items/bulk?ids=${id}`)
    expect(body[0]).toMatchObject({id, status_code: 206, body: {id}})
    expect(body[0].body).not.toHaveProperty('geolocation')
    expect(headers['x-content-missing']).toBe('seller_address, geolocation')
  })
})

describe("someone else's item", () => {
  const denied = {status: 403, error: 'access_denied', message: forbidden, code: 'FORBIDDEN'}

  it.each(['', '/sale_price', '/prices', '/description', '/variations'])('is refused: /items/:id%s', async (below) => {
    const {id} = await publish(shop)
    expect((await shop.get(`/items/${id}${below}`)).status).toBe(200)
    expect(await shop.get(`/items/${id}${below}`, 'stranger')).toMatchObject({status: 403, body: denied})
  })

  describe('where it is public', () => {
    beforeEach(() => shop.post('/_emulator/items/settings', {foreign_items: 'public'}))

    it.each(['available_quantity', 'sold_quantity', 'start_time', 'historical_start_time', 'stop_time', 'channels'])(
      'shows others no %s',
      async (name) => {
        const {id} = await publish(shop)
        expect((await shop.get(`/items/${id}`)).body).toHaveProperty(name)
        expect((await shop.get(`/items/${id}`, 'stranger')).body).not.toHaveProperty(name)
        const [element] = (await shop.get(`/items/bulk?ids=${id}`, 'stranger')).body
        expect(element).toMatchObject({id, status_code: 200, body: {id}})
        expect(element.body).not.toHaveProperty(name)
      },
    )

    it.each([
      [0, 0],
      [1, 1],
      [50, 1],
      [51, 50],
      [250, 200],
      [251, 250],
      [500, 250],
      [501, 500],
      [5000, 500],
      [5001, 5000],
      [60_000, 50_000],
    ])('gives strangers a bucket when told to: %i is shown as %i', async (stock, shown) => {
      const {id} = await publish(shop)
      await shop.post('/_emulator/items/settings', {public_stock: 'bucketed'})
      await shop.post(`/_emulator/items/${id}`, {available_quantity: stock})
      expect((await shop.get(`/items/${id}`, 'stranger')).body.available_quantity).toBe(shown)
      expect((await shop.get(`/items/${id}`)).body.available_quantity).toBe(stock)
    })
  })
})

describe('the attributes of variations', () => {
  const combination = {id: 'COLOR', name: 'Color', value_id: null, value_name: 'Azul'}
  const sku = {
    id: 'SELLER_SKU',
    name: 'SKU',
    value_id: null,
    value_name: 'LAMP-1-AZ',
    value_struct: null,
    values: [{id: null, name: 'LAMP-1-AZ', struct: null}],
    value_type: 'string',
  }
  const withSku = {
    available_quantity: 2,
    seller_custom_field: 'AZ',
    attribute_combinations: [combination],
    attributes: [{id: 'SELLER_SKU', value_name: 'LAMP-1-AZ'}],
  }

  it('come only with include_attributes=all, of one item and by both multiget routes', async () => {
    const {id, ...published} = await publish(shop, {variations: [withSku]})
    const [variation] = published.variations
    expect(variation).toMatchObject({attribute_combinations: [combination], seller_custom_field: 'AZ'})
    expect(variation).not.toHaveProperty('attributes')
    const variations = async (query: string) => [
      (await shop.get(`/items/${id}?${query}`)).body.variations,
      (await shop.get(`/items/bulk?ids=${id}&${query}`)).body[0].body.variations,
      (await shop.get(`/items?ids=${id}&${query}`)).body[0].body.variations,
      (await shop.get(`/items/${id}/variations?${query}`)).body,
      [(await shop.get(`/items/${id}/variations/${variation.id}?${query}`)).body],
    ]
    const whole = [{...variation, attributes: [sku]}]
    expect(await variations('include_attributes=all')).toEqual([whole, whole, whole, whole, whole])
    for (const shown of await variations('include_attributes=some')) expect(shown).toEqual([variation])
  })

  it('can be selected', async () => {
    const {id} = await publish(shop, {variations: [withSku]})
    const {body} = await shop.get(`/items/bulk?ids=${id}&include_attributes=all&attributes=id,body.variations`)
    expect(body).toMatchObject([{id, body: {variations: [{attributes: [sku]}]}}])
  })

  it('do not come by the bulk route when it is told to ignore them', async () => {
    const {id} = await publish(shop, {variations: [withSku]})
    await shop.post('/_emulator/items/settings', {bulk_include_attributes: 'ignored'})
    const [element] = (await shop.get(`/items/bulk?ids=${id}&include_attributes=all`)).body
    expect(element.body.variations[0]).not.toHaveProperty('attributes')
    expect((await shop.get(`/items/${id}?include_attributes=all`)).body.variations).toMatchObject([{attributes: [sku]}])
  })

  it('have the SKU that items are found by', async () => {
    const {id} = await publish(shop, {variations: [withSku]})
    await publish(shop)
    for (const query of ['seller_sku=LAMP-1-AZ', 'sku=AZ'])
      expect((await shop.get(`/users/${seller.userId}/items/search?${query}`)).body.results).toEqual([id])
  })

  it('are those of seeded variations too', async () => {
    shop.catalogue.seed(seller, 200)
    const item = shop.catalogue
      .listed(seller.userId)
      .find(({variations, sellerSku}) => variations.length > 1 && sellerSku)!
    const {variations} = (await shop.get(`/items/${item.id}?include_attributes=all`)).body
    const skus = variations.map(({attributes}: {attributes: {value_name: string}[]}) => attributes[0]!.value_name)
    expect(new Set(skus).size).toBe(variations.length)
    expect((await shop.get(`/users/${seller.userId}/items/search?seller_sku=${skus[1]}`)).body.results).toEqual([
      item.id,
    ])
  })
})

describe('reading one item', () => {
  it('has the values of its attributes twice', async () => {
    const attributes = [
      {id: 'BRAND', value_name: 'Ñandú'},
      {id: 'COLOR', value_id: '52049', value_name: 'Negro'},
      {id: 'GTIN'},
    ]
    const {id} = await publish(shop, {attributes})
    expect((await shop.get(`/items/${id}`)).body.attributes).toEqual([
      {
        id: 'BRAND',
        name: 'BRAND',
        value_id: null,
        value_name: 'Ñandú',
        value_struct: null,
        values: [{id: null, name: 'Ñandú', struct: null}],
        value_type: 'string',
      },
      expect.objectContaining({value_id: '52049', values: [{id: '52049', name: 'Negro', struct: null}]}),
      expect.objectContaining({value_id: null, value_name: null, values: []}),
    ])
    await shop.put(`/items/${id}`, {attributes: [{id: 'COLOR', value_id: null, value_name: 'Añil'}]})
    expect((await shop.get(`/items/${id}`)).body.attributes[1].values).toEqual([{id: null, name: 'Añil', struct: null}])
    shop.catalogue.seed(seller, 1)
    const seeded = await shop.get(`/items/${shop.catalogue.listed(seller.userId).at(-1)!.id}`)
    for (const {value_name: name, values} of seeded.body.attributes) expect(values).toMatchObject([{name}])
  })

  it('selects attributes, variations among them', async () => {
    const {id} = await publish(shop, {variations: [{available_quantity: 2}, {available_quantity: 3}]})
    const {body} = await shop.get(`/items/${id}?attributes=variations`)
    expect(Object.keys(body)).toEqual(['variations'])
    expect(body.variations).toMatchObject([{available_quantity: 2}, {available_quantity: 3}])
    expect((await shop.get(`/items/${id}/variations`)).body).toEqual(body.variations)
    const one = body.variations[0]
    expect((await shop.get(`/items/${id}/variations/${one.id}`)).body).toEqual(one)
    expect((await shop.get(`/items/${id}/variations/1`)).status).toBe(404)
  })

  it('keeps the description apart', async () => {
    const {id, ...item} = await publish(shop, {description: {plain_text: 'Con pantalla de algodón.\nÚnica.'}})
    expect(item).not.toHaveProperty('description')
    expect(item.descriptions).toEqual([])
    expect((await shop.get(`/items/${id}/description`)).body).toEqual({plain_text: 'Con pantalla de algodón.\nÚnica.'})
    expect((await shop.get('/items/MEC1/description')).body).toEqual(notFound('MEC1'))
  })

  it('says which id it did not find', async () => {
    expect(await shop.get('/items/MEC404')).toMatchObject({status: 404, body: notFound('MEC404')})
  })
})
