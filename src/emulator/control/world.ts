import type {FastifyInstance} from 'fastify'
import * as v from 'valibot'
import type {FaultRule} from '../model/faults.js'
import {rateLimitShapes} from '../model/rate-limiter.js'
import {type SettingArea, showSettings} from '../model/settings.js'
import {exportWorld, importWorld} from '../model/state.js'
import {badRequest} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {resetWorld} from '../model/world.js'
import {count, duration, oneOf, read, text, wholeNumber} from './input.js'

/** In bytes; a state with 100,000 orders has about 105 million. */
const largestState = 512 * 1024 * 1024

const clockBody = v.pipe(
  v.strictObject({advance: v.exactOptional(duration), advance_ms: v.exactOptional(count)}),
  v.transform(({advance, advance_ms: ms}) => advance ?? ms),
)

/** Routes for the clock, the request log, the whole state, and a reset. */
export function registerWorld(app: FastifyInstance, world: World): void {
  app.get('/_emulator/clock', () => ({now: world.clock.now().toISOString()}))
  app.post('/_emulator/clock', (request) => {
    const ms = read(clockBody, request.body)
    if (ms === undefined) throw badRequest('advance or advance_ms is missing')
    return {now: world.clock.advance(ms).toISOString()}
  })

  app.get('/_emulator/requests', () => world.requests.list())
  app.delete('/_emulator/requests', (_request, reply) => {
    world.requests.clear()
    return reply.code(204).send()
  })

  app.post('/_emulator/reset', async (request, reply) => {
    read(v.strictObject({}), request.body)
    await resetWorld(world)
    return reply.code(204).send()
  })

  app.get('/_emulator/state', () => exportWorld(world))
  app.put('/_emulator/state', {bodyLimit: largestState}, (request, reply) => {
    try {
      importWorld(world, request.body)
    } catch (error) {
      throw error instanceof TypeError ? badRequest(error.message) : error
    }
    return reply.code(204).send()
  })
}

const settingAreas: Readonly<Record<string, SettingArea>> = {
  '/_emulator/items/settings': 'items',
  '/_emulator/user-products/settings': 'stock',
  '/_emulator/questions/settings': 'questions',
  '/_emulator/orders/settings': 'orders',
  '/_emulator/shipments/settings': 'shipments',
  '/_emulator/notifications/settings': 'notifications',
}

/** `GET` shows all settings or those of one area, `POST` changes those in its body. */
export function registerSettings(app: FastifyInstance, world: World): void {
  const register = (path: string, area?: SettingArea): void => {
    app.get(path, () => showSettings(world.settings, area))
    app.post(path, (request) => {
      try {
        world.changeSettings(request.body ?? {}, area)
      } catch (error) {
        throw error instanceof RangeError ? badRequest(error.message) : error
      }
      return showSettings(world.settings, area)
    })
  }
  register('/_emulator/settings')
  for (const [path, area] of Object.entries(settingAreas)) register(path, area)
}

const faultTypes = ['status', 'delay', 'rate-limit', 'drop-before', 'drop-after-commit', 'truncate', 'garbage'] as const

/** A fault without parameters may be written as its bare name. */
const fault = v.pipe(
  v.union([
    v.pipe(
      v.string(),
      v.transform((type): unknown => ({type})),
    ),
    v.unknown(),
  ]),
  v.variant(
    'type',
    [
      v.strictObject({
        type: v.literal('status'),
        status: v.optional(wholeNumber(200, 599), 500),
        body: v.exactOptional(v.unknown()),
        headers: v.exactOptional(v.record(v.string(), v.pipe(v.unknown(), v.transform(String)))),
      }),
      v.strictObject({type: v.literal('delay'), ms: v.optional(count, 0)}),
      v.strictObject({type: v.literal('rate-limit'), shape: v.exactOptional(oneOf(rateLimitShapes))}),
      v.strictObject({type: v.picklist(['drop-before', 'drop-after-commit', 'truncate', 'garbage'])}),
    ],
    `must have a type: ${faultTypes.join(', ')}`,
  ),
)

const faultRule: v.GenericSchema<unknown, FaultRule> = v.strictObject({
  method: v.exactOptional(text),
  path: v.pipe(text, v.regex(/^[/*]/, 'must begin with / and may end in *')),
  times: v.exactOptional(count),
  after: v.exactOptional(count),
  fault,
})

/** Routes that add, list and clear faults. */
export function registerFaults(app: FastifyInstance, world: World): void {
  app.post('/_emulator/faults', ({body}, reply) => reply.code(201).send(world.faults.add(read(faultRule, body))))
  app.get('/_emulator/faults', () => world.faults.list())
  app.delete('/_emulator/faults', (_request, reply) => {
    world.faults.clear()
    return reply.code(204).send()
  })
}
