// A process of its own for tests of TLS: Node reads NODE_EXTRA_CA_CERTS once, and tests have no real environment to change.

import {createForwarder} from '../../src/app/notification-forwarder.js'
import {createHttp} from '../../src/meli/http/http.js'
import {answerOnce} from './answer-once.js'

const [, origin = '', proxy = ''] = process.argv.slice(2)

/** Reads, writes and token calls go different ways to the network. */
const requests = [
  {method: 'GET', path: '/users/me', token: 'APP_USR-hush', retry: false},
  {method: 'POST', path: '/items', token: 'APP_USR-hush', json: {}, retry: false},
  {method: 'POST', path: '/oauth/token', form: {client_secret: 'hush-hush'}, retry: false, fresh: true},
] as const

await answerOnce({
  async send() {
    const proxied = proxy === '' ? {} : {proxy: {url: proxy}}
    const http = createHttp({origin: new URL(origin), userAgent: 'test', timeoutMs: 5000, ...proxied})
    const results: unknown[] = []
    for (const request of requests) results.push(await http.send(request).then(({status}) => status, told))
    http.close()
    return {results}
  },
  async forward() {
    const {status, error} = await createForwarder(new URL(origin), {userAgent: 'test'}).forward(
      '{}',
      new AbortController().signal,
    )
    return {status, error}
  },
})

function told(error: unknown) {
  const {code, message, details, suggestions} = error as Record<string, unknown>
  return {code, message, details, suggestions}
}
