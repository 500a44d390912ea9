import {randomBytes, timingSafeEqual} from 'node:crypto'
import type {FastifyReply, FastifyRequest} from 'fastify'
import type {OperatorSession} from '../services/ports/index.js'
import {HttpError} from './http-error.js'
import {localPath} from './local-path.js'
import {type Html, html} from './pages/html.js'

/** What the application asks of signed-in browsers. */
export interface OperatorSessions {
  /** By what the cookie holds; undefined when it expired, was revoked, or never was. */
  find(id: string): Promise<OperatorSession | undefined>
}

declare module 'fastify' {
  interface FastifyRequest {
    operatorSession: OperatorSession | undefined
    /** What forms of a browser send back in which nobody is signed in; set once a page with a form was made for it. */
    formToken: string | undefined
  }
}

/** `next` is where somebody wanted to go before signing in; the others are secrets of 256 bits. */
type CookieName = 'session' | 'connect' | 'form' | 'next'

const secretPattern = /^[\w-]{43}$/

/** Whether it can be a secret that was made here. */
export function isSecret(text: string): boolean {
  return secretPattern.test(text)
}

/** 256 bits that cannot be guessed, as text for cookies and addresses. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Cookies that no script reads; on https under a name that only this host over https can set. */
function cookieName(request: FastifyRequest, name: CookieName): string {
  return `${request.server.site.secure ? '__Host-' : ''}meli_${name}`
}

/** Undefined for what cannot be one of ours. */
export function readCookie(request: FastifyRequest, name: Exclude<CookieName, 'next'>): string | undefined {
  const value = request.cookies[cookieName(request, name)]
  return value !== undefined && isSecret(value) ? value : undefined
}

/** The path that was kept while somebody signs in. */
export function keptPath(request: FastifyRequest): string | undefined {
  const kept = request.cookies[cookieName(request, 'next')]
  return kept === undefined ? undefined : localPath(Buffer.from(kept, 'base64url').toString())
}

export function keepPath(request: FastifyRequest, reply: FastifyReply, path: string, seconds: number): void {
  setCookie(request, reply, 'next', Buffer.from(path).toString('base64url'), seconds)
}

export function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  name: CookieName,
  value: string,
  seconds?: number,
): void {
  const age = seconds === undefined ? {} : {maxAge: seconds}
  const {secure} = request.server.site
  reply.setCookie(cookieName(request, name), value, {path: '/', httpOnly: true, sameSite: 'lax', secure, ...age})
}

export function clearCookie(request: FastifyRequest, reply: FastifyReply, name: CookieName): void {
  const {secure} = request.server.site
  reply.clearCookie(cookieName(request, name), {path: '/', httpOnly: true, sameSite: 'lax', secure})
}

/** Who is signed in in the browser that sent this. */
export function operatorOf(request: FastifyRequest): {name: string; csrfToken: string} | undefined {
  const session = request.operatorSession
  return session === undefined ? undefined : {name: session.operator, csrfToken: session.csrfToken}
}

/** A preHandler: whoever is not signed in is led to /sign-in, and from there back to what was asked for. */
export async function requireOperator(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  if (operatorOf(request) !== undefined) return undefined
  const next = request.method === 'GET' ? `?next=${encodeURIComponent(request.url)}` : ''
  return reply.redirect(`/sign-in${next}`, 303)
}

/** The hidden field that a form needs so that its POST is taken; see `requireFormToken`. */
export function csrfField(request: FastifyRequest, reply: FastifyReply): Html {
  return html`<input type="hidden" name="csrf" value="${formTokenOf(request, reply)}">`
}

function formTokenOf(request: FastifyRequest, reply: FastifyReply): string {
  const session = operatorOf(request)
  if (session !== undefined) return session.csrfToken
  request.formToken ??= readCookie(request, 'form') ?? randomToken()
  setCookie(request, reply, 'form', request.formToken)
  return request.formToken
}

/**
 * A preHandler for every POST of a form: 403 unless it comes from a page of ours. A session has a token in the store;
 * before there is a session it is the one in a cookie, which another site's POST does not bring along.
 */
export async function requireFormToken(request: FastifyRequest): Promise<void> {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw forged()
  const {origin} = request.headers
  // Pages are sent with `no-referrer`, for which browsers write `null` here.
  if (origin !== undefined && origin !== 'null' && origin !== request.server.site.publicUrl.origin) throw forged()
  const expected = operatorOf(request)?.csrfToken ?? readCookie(request, 'form')
  const given = formField(request, 'csrf')
  if (expected === undefined || given === undefined || !same(given, expected)) throw forged()
}

/** A field of a form; undefined when it is missing or given twice. */
export function formField(request: FastifyRequest, name: string): string | undefined {
  return ownText(request.body, name)
}

/** A parameter of the query; undefined when it is missing, empty or given twice. */
export function queryField(request: FastifyRequest, name: string): string | undefined {
  const text = ownText(request.query, name)
  return text === '' ? undefined : text
}

function ownText(fields: unknown, name: string): string | undefined {
  if (typeof fields !== 'object' || fields === null || !Object.hasOwn(fields, name)) return undefined
  const value: unknown = Reflect.get(fields, name)
  return typeof value === 'string' ? value : undefined
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function forged(): HttpError {
  return new HttpError(403, 'forged')
}
