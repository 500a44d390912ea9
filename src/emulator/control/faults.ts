import type {FastifyInstance} from 'fastify'
import {badRequest} from '../model/api-error.js'
import type {Fault, FaultRule} from '../model/faults.js'
import {rateLimitShapes} from '../model/rate-limiter.js'
import type {World} from '../model/world.js'
import {Body} from './body.js'

const plainFaults = ['drop-before', 'drop-after-commit', 'truncate', 'garbage'] as const

export function registerFaults(app: FastifyInstance, world: World): void {
  app.post('/_emulator/faults', (request, reply) => reply.code(201).send(world.faults.add(readRule(request.body))))
  app.get('/_emulator/faults', () => world.faults.list())
  app.delete('/_emulator/faults', (_request, reply) => {
    world.faults.clear()
    return reply.code(204).send()
  })
}

function readRule(raw: unknown): FaultRule {
  const body = new Body(raw, ['method', 'path', 'times', 'after', 'fault'])
  const path = body.text('path')
  if (path === undefined || !/^[/*]/.test(path)) throw badRequest('path must begin with / and may end in *')
  const [method, times, after] = [body.text('method'), body.count('times'), body.count('after')]
  return {
    path,
    fault: readFault(body.raw('fault')),
    ...(method === undefined ? {} : {method}),
    ...(times === undefined ? {} : {times}),
    ...(after === undefined ? {} : {after}),
  }
}

/** A fault without parameters may be written as its bare name. */
function readFault(raw: unknown): Fault {
  const body = new Body(typeof raw === 'string' ? {type: raw} : raw, [
    'type',
    'status',
    'body',
    'headers',
    'ms',
    'shape',
  ])
  const type = body.oneOf('type', ['status', 'delay', 'rate-limit', ...plainFaults])
  switch (type) {
    case undefined:
      throw badRequest('fault needs a type')
    case 'status':
      return readStatus(body)
    case 'delay':
      return {type, ms: body.count('ms') ?? 0}
    case 'rate-limit': {
      const shape = body.oneOf('shape', rateLimitShapes)
      return shape === undefined ? {type} : {type, shape}
    }
    default:
      return {type}
  }
}

function readStatus(body: Body): Fault {
  const status = body.count('status') ?? 500
  if (status < 200 || status > 599) throw badRequest('status must be between 200 and 599')
  const fault: Fault = {type: 'status', status}
  if (body.has('body')) fault.body = body.raw('body')
  if (body.has('headers')) fault.headers = readHeaders(body.raw('headers'))
  return fault
}

function readHeaders(raw: unknown): Record<string, string> {
  const entries = Object.entries(typeof raw === 'object' && raw !== null ? raw : {})
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}
