import type {FastifyInstance} from 'fastify'
import {badRequest, notFound} from '../model/api-error.js'
import {renderItem} from '../model/items/render.js'
import {isFields, listOfFields} from '../model/json.js'
import {registerSettings} from '../model/settings.js'
import {at, type Location, locationTypes, renderLocation, storesOf} from '../model/stock/locations.js'
import {changeSettings} from '../model/stock/settings.js'
import type {UserProduct} from '../model/stock/user-product.js'
import {isTestUser, type User} from '../model/users.js'
import type {World} from '../model/world.js'
import {userOf} from './accounts.js'
import {Body} from './body.js'

type ProductRoute = {Params: {id: string}}

/** Which kind of seller an account is, and stock that is moved behind the service's back. */
export function registerStockControl(app: FastifyInstance, world: World): void {
  app.post('/_emulator/tags', (request) => {
    const body = new Body(request.body, ['user', 'add', 'remove'])
    const user = userOf(world, body.reference('user'))
    retag(world, user, body.texts('add') ?? [], body.texts('remove') ?? [])
    return {user_id: user.id, tags: user.tags, stores: storesOf(user.id, user.siteId)}
  })

  registerSettings(app, '/_emulator/user-products/settings', () => world.userProducts.settings, changeSettings)

  app.get<ProductRoute>('/_emulator/user-products/:id', ({params}) => view(productOf(world, params.id)))

  app.post<ProductRoute>('/_emulator/user-products/:id', (request) => {
    const product = productOf(world, request.params.id)
    world.userProducts.setLocations(
      product,
      readLocations(product, new Body(request.body, ['locations']).raw('locations')),
    )
    return view(productOf(world, product.id))
  })
}

/** A new kind of seller has the stock of all their user products where sellers of that kind have it. */
function retag(world: World, user: User, add: readonly string[], remove: readonly string[]): void {
  if (isTestUser(user) && remove.includes('test_user')) throw badRequest('a test user remains one')
  user.tags = [...new Set([...user.tags.filter((tag) => !remove.includes(tag)), ...add])]
  if (add.includes('user_product_seller')) makeUserProducts(world, user)
  world.userProducts.relocate(user.id)
}

/** What the service does to the items of a seller whom it switches: those with variations stay as they are. */
function makeUserProducts({catalogue}: World, {id: userId}: User): void {
  for (const item of catalogue.listed(userId)) {
    if (item.userProductId !== null || item.variations.length > 0) continue
    const family = String(renderItem(item, ['title']).title)
    catalogue.update(item, {user_product_id: `${item.siteId}U${item.number}`, family_name: family})
  }
}

function productOf({userProducts}: World, id: string): UserProduct {
  const product = userProducts.get(id)
  if (product === undefined) throw notFound(`there is no user product ${id}`)
  return product
}

/** An empty list: a user product without any stock. A warehouse is the first of the seller's unless it names another. */
function readLocations({id, sellerId}: UserProduct, raw: unknown): Location[] {
  if (!Array.isArray(raw) || !raw.every(isFields)) throw badRequest('locations must be a list of type and quantity')
  const stores = storesOf(sellerId, id.slice(0, 3))
  return listOfFields(raw).map((fields) => {
    const entry = new Body(fields, ['type', 'quantity', 'store_id'])
    const [type, quantity] = [entry.oneOf('type', locationTypes), entry.count('quantity')]
    if (type === undefined || quantity === undefined) throw badRequest('a location needs type and quantity')
    if (type !== 'seller_warehouse') return at(type, quantity)
    const storeId = entry.text('store_id') ?? stores[0]?.storeId
    const store = stores.find((one) => one.storeId === storeId)
    if (store === undefined) throw badRequest(`store_id must be one of ${stores.map((one) => one.storeId).join(', ')}`)
    return at(type, quantity, store)
  })
}

function view({id, sellerId, version, locations, items}: UserProduct): Record<string, unknown> {
  return {
    id,
    user_id: sellerId,
    version,
    locations: locations.map(renderLocation),
    items: items.map((item) => ({id: item.id, available_quantity: item.quantity, status: item.status})),
  }
}
