import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify'
import {familyIdOf} from '../model/items/render.js'
import {newLocations, stockErrors} from '../model/stock/stock-update.js'
import {leadingItem, renderLocation, type UserProduct} from '../model/stock/user-product.js'
import {accessDenied, notFound, rateLimited} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'

type ProductRoute = {Params: {id: string}}
type TypeRoute = {Params: {id: string; type: string}}

/** User products and their stock (docs/mercadolibre.md, section 6.6). */
export function registerUserProducts(app: FastifyInstance, world: World): void {
  app.get<ProductRoute>('/user-products/:id', (request) => {
    const {id, sellerId, items} = ownProduct(world, request)
    const leading = leadingItem(items)
    return {id, user_id: sellerId, family_id: leading === undefined ? null : familyIdOf(leading)}
  })

  app.get<ProductRoute>('/user-products/:id/stock', (request, reply) => {
    const product = ownProduct(world, request, {isLimited: true})
    if (product.locations.length === 0) throw stockErrors.noStock()
    return sendStock(reply, product)
  })

  app.put<TypeRoute>('/user-products/:id/stock/type/:type', (request, reply) => {
    const {params, headers, body} = request
    const product = ownProduct(world, request, {isLimited: true})
    const {type} = params
    if (type === 'meli_facility') throw stockErrors.notEditable()
    if (type !== 'seller_warehouse' && type !== 'selling_address') throw notFound('resource not found')
    requireVersion(product, headers['x-version'])
    world.userProducts.setLocations(product, newLocations(product, type, body))
    if (world.userProducts.settings.put_answer === 'empty') return reply.code(204).send()
    return sendStock(reply, world.userProducts.get(product.id) ?? product)
  })
}

/** The caller's user product. Reading and writing count together towards the 100 calls a minute, the strictest reading (section 11). */
function ownProduct(
  world: World,
  request: FastifyRequest<ProductRoute>,
  {isLimited = false}: {isLimited?: boolean} = {},
): UserProduct {
  const caller = authenticate(world, request)
  if (isLimited) {
    const {requests_per_minute: requestsPerMinute} = world.userProducts.settings
    if (!world.limiter.admit(`stock:${caller.appId}`, requestsPerMinute))
      throw rateLimited(world.settings.rate_limit_shape)
  }
  const product = world.userProducts.get(request.params.id)
  if (product === undefined) throw stockErrors.unknownProduct(request.params.id)
  if (product.sellerId !== caller.userId) throw accessDenied()
  return product
}

function requireVersion({version}: UserProduct, given: string | string[] | undefined): void {
  if (given === undefined || given === '') throw stockErrors.missingVersion()
  if (given !== String(version)) throw stockErrors.staleVersion()
}

function sendStock(reply: FastifyReply, {id, sellerId, version, locations, items}: UserProduct): FastifyReply {
  const updatedMs = Math.max(...items.map((item) => item.updatedMs))
  return reply.header('x-version', String(version)).send({
    id,
    user_id: sellerId,
    locations: locations.map(renderLocation),
    // Whole seconds (docs/mercadolibre.md, section 6.6).
    last_updated: new Date(updatedMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    available_sites: [id.slice(0, 3)],
    product_release_date: null,
    stock_mode: 'countable',
  })
}
