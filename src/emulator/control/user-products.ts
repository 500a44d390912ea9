import type {FastifyInstance} from 'fastify'
import * as v from 'valibot'
import {renderItem} from '../model/items/render.js'
import type {UserProduct} from '../model/stock/user-product.js'
import {type Location, locationAt, locationTypes, renderLocation, storesOf} from '../model/stock/user-product.js'
import {isTestUser, type User} from '../model/users.js'
import {badRequest, notFound} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {count, oneOf, read, reference, text, texts, userOf} from './input.js'

type ProductRoute = {Params: {id: string}}

const tagsBody = v.strictObject({user: reference, add: v.optional(texts, []), remove: v.optional(texts, [])})
/** Without `store_id`, a warehouse is the seller's first one. */
const location = v.strictObject({type: oneOf(locationTypes), quantity: count, store_id: v.exactOptional(text)})
/** An empty list leaves a user product without any stock location. */
const locationsBody = v.strictObject({locations: v.array(location, 'must be a list of type and quantity')})

/** Routes that change the kind of a seller, and move stock behind the service's back. */
export function registerUserProducts(app: FastifyInstance, world: World): void {
  app.post('/_emulator/tags', (request) => {
    const {user: id, add, remove} = read(tagsBody, request.body)
    const user = userOf(world, id)
    changeTags(world, user, add, remove)
    return {
      user_id: user.id,
      tags: user.tags,
      stores: storesOf(user.id, user.siteId).map(({storeId: store_id, networkNodeId: network_node_id}) => ({
        store_id,
        network_node_id,
      })),
    }
  })

  app.get<ProductRoute>('/_emulator/user-products/:id', ({params}) => view(productOf(world, params.id)))

  app.post<ProductRoute>('/_emulator/user-products/:id', (request) => {
    const product = productOf(world, request.params.id)
    const {locations} = read(locationsBody, request.body)
    world.userProducts.setLocations(
      product,
      locations.map((one) => locationOf(product, one)),
    )
    return view(productOf(world, product.id))
  })
}

/** Changes the tags, and moves the stock of the seller's user products to where such sellers have it. */
function changeTags(world: World, user: User, add: readonly string[], remove: readonly string[]): void {
  if (isTestUser(user) && remove.includes('test_user')) throw badRequest('a test user remains one')
  user.tags = [...new Set([...user.tags.filter((tag) => !remove.includes(tag)), ...add])]
  if (add.includes('user_product_seller')) makeUserProducts(world, user)
  world.userProducts.relocate(user.id)
}

/** Makes user products of the seller's items, except of those with variations, as the service does. */
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

function locationOf({id, sellerId}: UserProduct, wanted: v.InferOutput<typeof location>): Location {
  const {type, quantity} = wanted
  if (type !== 'seller_warehouse') return locationAt(type, quantity)
  const stores = storesOf(sellerId, id.slice(0, 3))
  const storeId = wanted.store_id ?? stores[0]?.storeId
  const store = stores.find((one) => one.storeId === storeId)
  if (store === undefined) throw badRequest(`store_id must be one of ${stores.map((one) => one.storeId).join(', ')}`)
  return locationAt(type, quantity, store)
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
