import type {FastifyInstance, FastifyRequest} from 'fastify'
import {type CallbackOutcome, outcomePage, pageHeaders, usedPage} from './pages/callback-page.js'
import {languageOf} from './pages/texts.js'

export interface CallbackAppOptions {
  redirectUri: URL
  siteId: string
  hostHeaders: ReadonlySet<string>
  /** Why a callback does not belong to the login that waits, if so. */
  refuse(callback: URL): {code: string; message: string} | undefined
  /** Called once: the full callback address, and a promise that settles when its answer has left or its browser has. */
  onArrival(callback: URL, answered: Promise<void>): void
  /** What to tell the browser that waits. */
  outcome: Promise<CallbackOutcome>
}

/**
 * The web application behind a loopback redirect URI. It listens to nothing by itself. The first GET or HEAD of the
 * redirect path that is not refused is held open until `outcome` is known: 200 or 400 with a page. Later ones are 410; one
 * that is refused is 400 and changes nothing. Anything else is 404, and a foreign Host header is 421.
 */
export async function buildCallbackApp(options: CallbackAppOptions): Promise<FastifyInstance> {
  const {default: fastify} = await import('fastify')
  const headers = pageHeaders()
  const language = languageOf(options.siteId)
  let arrived = false

  // The router would decode and fold paths; a redirect URI is compared to the character, so it sees one route only.
  const app = fastify({rewriteUrl: () => '/'})

  app.addHook('onRequest', async (request, reply) => {
    // Connections are not kept: the program ends right after the answer.
    reply.headers({...headers, connection: 'close'}).type('text/plain; charset=utf-8')
    if (!options.hostHeaders.has(request.headers.host?.toLowerCase() ?? ''))
      return reply.code(421).send('This address is not served here.\n')
    if (!isCallback(request, options.redirectUri)) return reply.code(404).send('Not found.\n')
    return undefined
  })

  app.get('/', async (request, reply) => {
    reply.type('text/html; charset=utf-8')
    const callback = callbackAddress(request, options.redirectUri)
    const refused = options.refuse(callback)
    if (refused !== undefined) return reply.code(400).send(outcomePage(language, {ok: false, ...refused}))
    if (arrived) return reply.code(410).send(usedPage(language))
    arrived = true
    const answered = new Promise<void>((resolve) => reply.raw.once('close', resolve))
    options.onArrival(callback, answered)
    const outcome = await options.outcome
    return reply.code(outcome.ok ? 200 : 400).send(outcomePage(language, outcome))
  })

  await app.ready()
  return app
}

function isCallback(request: FastifyRequest, redirectUri: URL): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false
  // Otherwise a picture or script on any open web page could use up the one request that counts.
  if ((request.headers['sec-fetch-dest'] ?? 'document') !== 'document') return false
  return request.originalUrl.split('?', 1)[0] === redirectUri.pathname
}

function callbackAddress(request: FastifyRequest, redirectUri: URL): URL {
  const address = new URL(redirectUri)
  const mark = request.originalUrl.indexOf('?')
  address.search = mark === -1 ? '' : request.originalUrl.slice(mark)
  return address
}
