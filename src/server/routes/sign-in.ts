import type {Operators} from '../../services/dashboard/operators/operators.js'
import {localPath} from '../local-path.js'
import {
  clearCookie,
  csrfField,
  isSecret,
  keepPath,
  keptPath,
  operatorOf,
  queryField,
  requireFormToken,
  setCookie,
} from '../operator-session.js'
import {deadLinkPage, signInPage, useLinkPage} from '../pages/sign-in-pages.js'
import type {RouteModule} from '../serve-app.js'
import {sendPage, viewerOf} from './respond.js'

export interface SignInDeps {
  operators: Pick<Operators, 'signIn' | 'signOut'>
}

type ByToken = {Params: {token: string}}

/** Tries a minute of one address. */
const triesPerMinute = 30
const sessionSeconds = 8 * 60 * 60
const nextSeconds = 15 * 60

/** Signing in by a link that works once, and signing out. */
export function signInRoutes({operators}: SignInDeps): RouteModule {
  return (app) => {
    const config = {rateLimit: {max: triesPerMinute, timeWindow: 60_000, groupId: 'sign-in'}}

    app.get('/sign-in', async (request, reply) => {
      const next = localPath(queryField(request, 'next'))
      if (operatorOf(request) !== undefined) return reply.redirect(next ?? '/', 303)
      // The link is opened from elsewhere, so that where to go is kept in this browser meanwhile.
      if (next !== undefined) keepPath(request, reply, next, nextSeconds)
      return sendPage(reply, signInPage(viewerOf(request).language))
    })

    // Only looks: mail scanners and previews open links too.
    app.get<ByToken>('/sign-in/:token', {config}, async (request, reply) => {
      const {language} = viewerOf(request)
      const {token} = request.params
      if (!isSecret(token)) return sendPage(reply, deadLinkPage(language, 'unknown'), 410)
      return sendPage(reply, useLinkPage(language, token, csrfField(request, reply)))
    })

    app.post<ByToken>('/sign-in/:token', {config, preHandler: requireFormToken}, async (request, reply) => {
      const outcome = await operators.signIn(request.params.token)
      if (outcome.outcome !== 'signed-in') {
        return sendPage(reply, deadLinkPage(viewerOf(request).language, outcome.outcome), 410)
      }
      if (request.operatorSession !== undefined) await operators.signOut(request.operatorSession)
      setCookie(request, reply, 'session', outcome.sessionId, sessionSeconds)
      clearCookie(request, reply, 'form')
      clearCookie(request, reply, 'next')
      return reply.redirect(keptPath(request) ?? '/', 303)
    })

    app.post('/sign-out', {preHandler: requireFormToken}, async (request, reply) => {
      if (request.operatorSession !== undefined) await operators.signOut(request.operatorSession)
      clearCookie(request, reply, 'session')
      return reply.redirect('/sign-in', 303)
    })
  }
}
