import type {FastifyInstance} from 'fastify'
import {badRequest} from '../model/api-error.js'
import {namedSettings} from '../model/named-settings.js'
import {resetWorld} from '../model/new-world.js'
import {registerNamedSettings} from '../model/settings.js'
import {exportWorld, importWorld} from '../model/snapshot.js'
import {WireError} from '../model/wire-error.js'
import type {World} from '../model/world.js'
import {Body, durationMs} from './body.js'

/** Bytes: a state of 100,000 orders has about 105 million. */
const largestState = 512 * 1024 * 1024

/** Time, the request log, the whole state and the switches. */
export function registerWorld(app: FastifyInstance, world: World): void {
  app.get('/_emulator/clock', () => ({now: world.clock.now().toISOString()}))

  app.post('/_emulator/clock', (request) => {
    const body = new Body(request.body, ['advance', 'advance_ms'])
    const text = body.text('advance')
    const ms = text === undefined ? body.count('advance_ms') : durationMs(text)
    if (ms === undefined) throw badRequest('advance or advance_ms is missing')
    return {now: world.clock.advance(ms).toISOString()}
  })

  app.get('/_emulator/requests', () => world.requests.list())
  app.delete('/_emulator/requests', (_request, reply) => {
    world.requests.clear()
    return reply.code(204).send()
  })

  app.post('/_emulator/reset', async (request, reply) => {
    new Body(request.body, [])
    await resetWorld(world)
    return reply.code(204).send()
  })

  app.get('/_emulator/state', () => exportWorld(world))
  app.put('/_emulator/state', {bodyLimit: largestState}, (request, reply) => {
    try {
      importWorld(world, request.body)
    } catch (error) {
      if (error instanceof WireError) throw error
      throw badRequest(error instanceof Error ? error.message : 'this state cannot be used')
    }
    return reply.code(204).send()
  })

  registerNamedSettings(app, '/_emulator/settings', () => namedSettings(world))
}
