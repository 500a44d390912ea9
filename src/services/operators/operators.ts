import {randomBytes} from 'node:crypto'
import {MeliError} from '../../errors.js'
import {sha256} from '../auth/fingerprint.js'
import type {Clock, OperatorSession, OperatorStore} from '../ports.js'

const minuteMs = 60_000
const linkLifeMs = 15 * minuteMs

/** How long a browser stays signed in. */
const sessionLifeMs = 8 * 60 * minuteMs

export interface SignInLinkResult {
  operator: string
  /** False when there was one of this name before; the link is a new one all the same. */
  created: boolean
  /** Works once. Whoever has it can sign in as this operator. */
  sign_in_url: string
  expires_at: string
}

export interface OperatorView {
  operator: string
  created_at: string
  /** Browsers that are signed in. */
  sessions: number
}

export type SignInOutcome =
  | {outcome: 'signed-in'; sessionId: string; session: OperatorSession}
  | {outcome: 'used' | 'expired' | 'unknown'}

export interface OperatorsDeps {
  operators: OperatorStore
  clock: Clock
}

/** Who may sign in, by links that work once; and the browsers that did. Of every secret the store has a hash alone. */
export class Operators {
  constructor(private readonly deps: OperatorsDeps) {}

  /** Makes a link for this person, who becomes an operator if need be. `publicUrl` is where the server is reached. */
  async invite(person: string, publicUrl: string): Promise<SignInLinkResult> {
    const {operators, clock} = this.deps
    const name = operatorName(person)
    const createdAt = clock.now()
    const created = await operators.add(name, createdAt)
    const token = secret()
    const expiresAt = new Date(createdAt.getTime() + linkLifeMs)
    await operators.addLink({tokenHash: sha256(token), operator: name, createdAt, expiresAt})
    const url = new URL(`/sign-in/${token}`, publicUrl)
    return {operator: name, created, sign_in_url: url.href, expires_at: expiresAt.toISOString()}
  }

  async list(): Promise<{operators: OperatorView[]}> {
    const all = await this.deps.operators.list(this.deps.clock.now())
    return {
      operators: all.map(({name, createdAt, sessions}) => ({
        operator: name,
        created_at: createdAt.toISOString(),
        sessions,
      })),
    }
  }

  /** Every browser of this person is signed out at once. MELI_OPERATOR_UNKNOWN. */
  async remove(person: string): Promise<{operator: string; removed: true}> {
    const name = person.trim().toLowerCase()
    // Names of OS users may have capital letters.
    for (const each of new Set([name, person.trim()])) {
      if (await this.deps.operators.remove(each)) return {operator: each, removed: true}
    }
    throw new MeliError('MELI_OPERATOR_UNKNOWN', `nobody of the name ${person.trim()} may sign in here`, {
      try: ['meli operators list'],
    })
  }

  /** Uses the link up. Of any number of calls at once one is signed in. */
  async signIn(token: string): Promise<SignInOutcome> {
    const {operators, clock} = this.deps
    const [sessionId, createdAt] = [secret(), clock.now()]
    const expiresAt = new Date(createdAt.getTime() + sessionLifeMs)
    const session = {idHash: sha256(sessionId), csrfToken: secret(), createdAt, expiresAt}
    const signedIn = await operators.signIn(sha256(token), session, createdAt)
    if (signedIn.outcome !== 'signed-in') return {outcome: signedIn.outcome}
    return {outcome: 'signed-in', sessionId, session: signedIn.session}
  }

  /** By what the cookie holds. */
  async find(sessionId: string): Promise<OperatorSession | undefined> {
    return this.deps.operators.session(sha256(sessionId), this.deps.clock.now())
  }

  async signOut(session: OperatorSession): Promise<void> {
    await this.deps.operators.signOut(session.idHash)
  }

  /** What has expired; returns how many rows. */
  async sweep(): Promise<number> {
    return this.deps.operators.sweep(this.deps.clock.now())
  }
}

/** 256 bits. */
function secret(): string {
  return randomBytes(32).toString('base64url')
}

/** An e-mail address, in small letters; or the name of an OS user, as it is. */
function operatorName(person: string): string {
  const name = person.trim()
  const isAddress = /^[^\s@<>"'\\]+@[^\s@<>"'\\]+$/.test(name)
  const isUser = /^[\p{L}\p{N}_][\p{L}\p{N} ._+\\$-]*$/u.test(name)
  if (name.length <= 254 && (isAddress || isUser)) return isAddress ? name.toLowerCase() : name
  throw new MeliError('MELI_USAGE', `${JSON.stringify(name.slice(0, 80))} is not an e-mail address`, {
    try: ['meli operators add ana@example.com'],
  })
}
