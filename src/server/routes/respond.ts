import type {FastifyReply, FastifyRequest} from 'fastify'
import {operatorOf} from '../operator-session.js'
import {preferredLanguage} from '../pages/language.js'
import type {Language} from '../pages/texts.js'

/** Who looks, and in which language. */
export function viewerOf(request: FastifyRequest): {
  language: Language
  operator: {name: string; csrfToken: string} | undefined
} {
  return {language: preferredLanguage(request.headers['accept-language']), operator: operatorOf(request)}
}

export function sendPage(reply: FastifyReply, markup: string, status = 200): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').header('vary', 'accept-language').send(markup)
}

/** What a browser fetches ahead, or a picture on another page asks for, must use nothing up. */
export function isVisit({headers}: FastifyRequest): boolean {
  if (/prefetch|prerender/.test(`${headers['sec-purpose'] ?? ''} ${headers.purpose ?? ''}`)) return false
  return (headers['sec-fetch-dest'] ?? 'document') === 'document'
}
