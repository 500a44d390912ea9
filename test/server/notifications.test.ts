import {afterEach, describe, expect, it} from '@jest/globals'
import fastify, {type FastifyInstance, type FastifyPluginAsync} from 'fastify'
import {MeliError} from '../../src/core/errors.js'
import {addressList} from '../../src/server/address-list.js'
import {listenForNotifications} from '../../src/server/notification-listener.js'
import {withoutFinalSlash} from '../../src/server/notifications-path.js'
import {notificationRoutes} from '../../src/server/routes/notifications.js'

const open: FastifyInstance[] = []
afterEach(async () => {
  for (const app of open.splice(0)) await app.close()
})

/** The route on a server of its own; `bodies` is what reached the intake. */
async function build({
  senders,
  fails,
  trustProxy = false,
}: {
  senders?: string[]
  fails?: Error
  trustProxy?: boolean
} = {}) {
  const app = fastify({trustProxy})
  open.push(app)
  const bodies: unknown[] = []
  let refused = 0
  const intake = {
    receive: async (body: unknown) => {
      if (fails !== undefined) throw fails
      bodies.push(body)
      return 'accepted' as const
    },
    refuse: () => {
      refused += 1
      return 'refused' as const
    },
  }
  const route = notificationRoutes({intake, senders})
  const plugin: FastifyPluginAsync = async (scope) => route(scope)
  await app.register(plugin)
  const post = (payload: string, headers: Record<string, string> = {'content-type': 'application/json'}) =>
    app.inject({method: 'POST', url: '/notifications', payload, headers})
  return {app, post, bodies, refused: () => refused}
}

const good = JSON.stringify({_id: 'a', topic: 'items'})

describe('the path', () => {
  it.each([
    ['/notifications/', '/notifications'],
    ['/notifications//', '/notifications'],
    ['/notifications/?source=meli/', '/notifications?source=meli/'],
    ['/notifications?source=meli', '/notifications?source=meli'],
    ['/notifications', '/notifications'],
    ['/notifications/x', '/notifications/x'],
    ['/notificationsx/', '/notificationsx/'],
    ['/stores/', '/stores/'],
  ])('%s is %s to the router', (url, path) => {
    expect(withoutFinalSlash(url)).toBe(path)
  })

  it.each(['/notifications/', '/notifications?source=meli', '/notifications/?source=meli'])(
    '%s takes them',
    async (path) => {
      const bodies: unknown[] = []
      const intake = {
        receive: async (body: unknown) => {
          bodies.push(body)
          return 'accepted' as const
        },
        refuse: () => 'refused' as const,
      }
      const listener = await listenForNotifications(0, {intake})
      try {
        const origin = new URL(listener.url).origin
        const posted = await fetch(`${origin}${path}`, {method: 'POST', body: good, redirect: 'manual'})
        expect(posted.status).toBe(200)
        expect(bodies).toEqual([{_id: 'a', topic: 'items'}])
        expect((await fetch(`${origin}${path}`)).status).toBe(405)
      } finally {
        await listener.close()
      }
    },
  )
})

describe('POST /notifications', () => {
  it.each([
    ['application/json', {'content-type': 'application/json'}],
    ['application/json; charset=utf-8', {'content-type': 'application/json; charset=utf-8'}],
    ['text/plain', {'content-type': 'text/plain'}],
    ['application/x-www-form-urlencoded', {'content-type': 'application/x-www-form-urlencoded'}],
    ['no type at all', {}],
  ])('takes JSON as %s, and answers 200 without a cookie', async (_, headers) => {
    const {post, bodies} = await build()
    const answer = await post(good, headers)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(bodies).toEqual([{_id: 'a', topic: 'items'}])
  })

  it.each(['', '{', 'null', '[]', '"x"', '42', '{"a":1}x', '\u0000'])(
    'answers 400 to %j, and counts it',
    async (body) => {
      const {post, bodies, refused} = await build()
      const answer = await post(body)
      expect(answer.statusCode).toBe(400)
      expect(answer.body).toBe('The body is not a JSON object.\n')
      expect([bodies, refused()]).toEqual([[], 1])
    },
  )

  it('answers 413 to more than 16 KB, and goes on', async () => {
    const {post, refused} = await build()
    expect((await post(JSON.stringify({x: 'x'.repeat(16 * 1024)}))).statusCode).toBe(413)
    expect(refused()).toBe(1)
    expect((await post(JSON.stringify({x: 'x'.repeat(16_000)}))).statusCode).toBe(200)
  })

  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)('answers 405 to %s', async (method) => {
    const {app} = await build()
    const answer = await app.inject({method, url: '/notifications'})
    expect(answer.statusCode).toBe(405)
    expect(answer.headers.allow).toBe('POST')
  })

  it.each([
    ['busy', new MeliError('MELI_DATABASE_BUSY', 'busy')],
    ['full', new MeliError('MELI_STORAGE_FULL', 'full')],
    ['broken', new TypeError('secret of the inside')],
  ])('answers 503 when the store is %s, so that it is sent again', async (_, fails) => {
    const {post} = await build({fails})
    const answer = await post(good)
    expect(answer.statusCode).toBe(503)
    expect(answer.headers['retry-after']).toBe('5')
    expect(answer.body).not.toContain('secret')
  })

  it('refuses senders that are not on the list, and counts them', async () => {
    const {app, refused, bodies} = await build({senders: ['54.88.218.97', '10.0.0.0/8']})
    const from = (remoteAddress: string) =>
      app.inject({method: 'POST', url: '/notifications', payload: good, remoteAddress})
    expect((await from('203.0.113.9')).statusCode).toBe(403)
    expect((await from('54.88.218.97')).statusCode).toBe(200)
    expect((await from('::ffff:10.1.2.3')).statusCode).toBe(200)
    expect([refused(), bodies.length]).toEqual([1, 2])
  })

  it('believes a proxy about the sender when it is told to, and nobody else', async () => {
    const headers = {'x-forwarded-for': '54.88.218.97', 'content-type': 'application/json'}
    const behind = await build({senders: ['54.88.218.97'], trustProxy: true})
    expect((await behind.post(good, headers)).statusCode).toBe(200)
    const bare = await build({senders: ['54.88.218.97']})
    expect((await bare.post(good, headers)).statusCode).toBe(403)
  })

  it.each([
    [['2001:db8::/32'], '2001:db8::1', true],
    [['2001:db8::/32'], '2001:db9::1', false],
    [['192.0.2.0/24'], '192.0.2.255', true],
    [['192.0.2.0/24'], 'not an address', false],
    [[], '127.0.0.1', false],
  ])('with the list %j takes %s: %s', (senders, ip, expected) => {
    expect(addressList(senders)(ip)).toBe(expected)
  })
})
