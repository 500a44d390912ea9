import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify'
import {
  AuthorizationError,
  type AuthorizationFault,
  allow,
  deny,
  logIn,
  readAuthorization,
  requireOwner,
} from '../model/authorization.js'
import type {ConsentSession} from '../model/consent-sessions.js'
import {isTestUser, type User} from '../model/users.js'
import type {World} from '../model/world.js'
import {decisionPage, logInPage, type PageContext, problemPage} from './consent-page.js'
import {languageFor} from './consent-texts.js'

/** The pages of `GET /authorization` (docs/mercadolibre.md, section 2.1): log in, then allow or deny. Plain forms, no script. */
export function registerConsent(app: FastifyInstance, world: World): void {
  app.get('/authorization', (request, reply) =>
    sendPage(world, request, reply, queryOf(request), (context) => {
      const authorization = readAuthorization(world, new URLSearchParams(context.query))
      return logInPage(context, authorization, world.consentSessions.open(context.query), pickable(world), null)
    }),
  )

  app.post('/authorization/login', (request, reply) => {
    const id = field(request, 'transaction')
    const session = world.consentSessions.get(id)
    return sendPage(world, request, reply, session?.query ?? '', (context) => {
      const open = requireSession(request, session)
      const authorization = readAuthorization(world, new URLSearchParams(open.query))
      const user = identify(world, request)
      if (user === null) {
        void reply.code(401)
        return logInPage(context, authorization, id, pickable(world), 'wrong_credentials')
      }
      open.userId = user.id
      return decisionPage(context, authorization, id, user)
    })
  })

  app.post('/authorization/decision', (request, reply) => {
    const id = field(request, 'transaction')
    const session = world.consentSessions.get(id)
    return sendPage(world, request, reply, session?.query ?? '', () => {
      const open = requireSession(request, session)
      const authorization = readAuthorization(world, new URLSearchParams(open.query))
      const user = open.userId === null ? undefined : world.users.get(open.userId)
      if (user === undefined) throw new AuthorizationError('expired_page')
      world.consentSessions.close(id)
      const target = field(request, 'decision') === 'allow' ? allow(world, authorization, user) : deny(authorization)
      void reply.redirect(target, 303)
      return null
    })
  })
}

/** Sends the page that `make` returns, or the page for its error. Null means that `make` has answered itself. */
function sendPage(
  world: World,
  request: FastifyRequest,
  reply: FastifyReply,
  query: string,
  make: (context: PageContext) => string | null,
): FastifyReply {
  const parameters = new URLSearchParams(query)
  const language = languageFor(parameters.get('lang'), world.siteId, request.headers['accept-language'])
  const context = {language, query}
  // No form-action here: browsers apply it to the redirect that follows the decision, too.
  void reply
    .header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    )
    .header('referrer-policy', 'same-origin')
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'no-store')
  try {
    const text = make(context)
    return text === null ? reply : reply.type('text/html; charset=utf-8').send(text)
  } catch (error) {
    if (!(error instanceof AuthorizationError)) throw error
    return reply
      .code(statusOf(error.fault))
      .type('text/html; charset=utf-8')
      .send(problemPage(context, error.fault, parameters.get('redirect_uri')))
  }
}

/** The session of the form. @throws AuthorizationError when the form came from another site, or its session has ended */
function requireSession(request: FastifyRequest, session: ConsentSession | undefined): ConsentSession {
  const {origin, host} = request.headers
  if (origin !== undefined && origin !== `http://${host}`) throw new AuthorizationError('foreign_origin')
  if (session === undefined) throw new AuthorizationError('expired_page')
  return session
}

/** The account that was picked (real accounts only) or logged in; null when the password is wrong. */
function identify(world: World, request: FastifyRequest): User | null {
  const picked = world.users.get(Number(field(request, 'user')))
  if (picked !== undefined && !isTestUser(picked)) return requireOwner(picked)
  try {
    return logIn(world, field(request, 'nickname'), field(request, 'password'))
  } catch (error) {
    if (error instanceof AuthorizationError && error.fault === 'wrong_credentials') return null
    throw error
  }
}

function pickable(world: World): User[] {
  return world.users.list().filter((user) => !isTestUser(user))
}

function statusOf(fault: AuthorizationFault): number {
  return fault === 'invalid_operator_user_id' || fault === 'foreign_origin' ? 403 : 400
}

function queryOf(request: FastifyRequest): string {
  return new URLSearchParams(request.url.split('?', 2)[1] ?? '').toString()
}

function field({body}: FastifyRequest, name: string): string {
  if (typeof body !== 'object' || body === null) return ''
  const value = (body as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : ''
}
