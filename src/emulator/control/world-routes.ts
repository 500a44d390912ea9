import type {FastifyInstance} from 'fastify'
import {rateLimitShapes} from '../state/rate-limiter.js'
import {exportWorld, importWorld} from '../state/snapshot.js'
import type {World} from '../state/world.js'
import {badRequest} from '../wire-errors.js'
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

  app.get('/_emulator/state', () => exportWorld(world))
  app.put('/_emulator/state', {bodyLimit: largestState}, (request, reply) => {
    try {
      importWorld(world, request.body)
    } catch (error) {
      throw badRequest(error instanceof Error ? error.message : 'this state cannot be used')
    }
    return reply.code(204).send()
  })

  app.get('/_emulator/settings', () => settings(world))
  app.post('/_emulator/settings', (request) => {
    change(world, request.body)
    return settings(world)
  })
}

function change(world: World, raw: unknown): void {
  const body = new Body(raw, Object.keys(settings(world)))
  const current = world.settings
  current.latencyMs = body.count('latency_ms') ?? current.latencyMs
  current.rateLimitShape = body.oneOf('rate_limit_shape', rateLimitShapes) ?? current.rateLimitShape
  current.testUserStatus = body.oneOf('test_user_status', [200, 201] as const) ?? current.testUserStatus
  world.grants.refreshKillsAccessTokens =
    body.flag('refresh_kills_access_tokens') ?? world.grants.refreshKillsAccessTokens
  if (body.raw('rate_limit_per_minute') === null) world.limiter.perMinute = undefined
  else if (body.has('rate_limit_per_minute')) world.limiter.perMinute = body.count('rate_limit_per_minute')
}

function settings(world: World): Record<string, unknown> {
  return {
    latency_ms: world.settings.latencyMs,
    rate_limit_per_minute: world.limiter.perMinute ?? null,
    rate_limit_shape: world.settings.rateLimitShape,
    test_user_status: world.settings.testUserStatus,
    refresh_kills_access_tokens: world.grants.refreshKillsAccessTokens,
  }
}
