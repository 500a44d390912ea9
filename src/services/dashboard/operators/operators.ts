import {randomBytes} from 'node:crypto'
import {MeliError} from '../../../core/errors.js'
import {sha256} from '../../../core/fingerprint.js'
import type {Clock, OperatorSession, OperatorStore} from '../../ports/index.js'

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
  /** Connected stores that this person sees as a member; whoever runs the server sees all of them besides. */
  stores: number
}

export interface RemovedOperator {
  operator: string
  removed: true
  /** Connected stores that nobody but whoever runs the server sees from now on. */
  unseen_stores: number
  /** Whoever `meli serve` runs as: the next start lets this one in again. */
  serves: boolean
}

export interface SharedStores {
  operator: string
  stores: Array<{store_id: string; nickname: string; added: boolean}>
}

export type SignInOutcome =
  | {outcome: 'signed-in'; sessionId: string; session: OperatorSession}
  | {outcome: 'used' | 'expired' | 'unknown'}

export interface OperatorsDeps {
  operators: OperatorStore
  clock: Clock
  /** Whoever `meli serve` runs as, in whose settings this is: sees every store. */
  owner: string
}

/** Who may sign in, by links that work once; and the browsers that did. Of every secret the store has a hash alone. */
export class Operators {
  constructor(private readonly deps: OperatorsDeps) {}

  /** Makes a link for this person, who becomes an operator if need be. `publicUrl` is where the server is reached. */
  async invite(person: string, publicUrl: string): Promise<SignInLinkResult> {
    const {operators, clock} = this.deps
    const name = await this.newName(person)
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
      operators: all.map(({name, createdAt, sessions, stores}) => ({
        operator: name,
        created_at: createdAt.toISOString(),
        sessions,
        stores,
      })),
    }
  }

  /** Every browser of this person is signed out at once. MELI_OPERATOR_UNKNOWN. */
  async remove(person: string): Promise<RemovedOperator> {
    const {operators, owner} = this.deps
    for (const name of namesOf(person)) {
      const removed = await operators.remove(name)
      if (removed === undefined) continue
      return {operator: name, removed: true, unseen_stores: removed.unseen, serves: name === owner}
    }
    throw unknownOperator(person)
  }

  /**
   * Lets somebody see connected stores: these, or all that there are now. Again is as once. MELI_OPERATOR_UNKNOWN;
   * MELI_ACCOUNT_UNKNOWN, with nothing shared, when one of the stores is not connected.
   */
  async share(person: string, storeIds?: readonly string[]): Promise<SharedStores> {
    const {operators, clock} = this.deps
    for (const name of namesOf(person)) {
      const end = await operators.share(name, storeIds, clock.now())
      if (end.outcome === 'unknown-store') throw unknownStore(end.storeId)
      if (end.outcome === 'unknown-operator') continue
      const stores = end.stores.map(({storeId, nickname, added}) => ({store_id: storeId, nickname, added}))
      return {operator: name, stores}
    }
    throw unknownOperator(person)
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

  /** An e-mail address, whoever serves, or somebody who was let in before: any other word is most likely a slip. */
  private async newName(person: string): Promise<string> {
    const {operators, clock, owner} = this.deps
    const name = operatorName(person)
    if (name.includes('@') || name === owner) return name
    const known = await operators.list(clock.now())
    if (known.some((each) => each.name === name)) return name
    throw notAnAddress(name)
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
  throw notAnAddress(name)
}

/** As they may be stored: addresses in small letters, names of OS users with capital ones too. */
function namesOf(person: string): Set<string> {
  return new Set([person.trim().toLowerCase(), person.trim()])
}

function notAnAddress(name: string): MeliError {
  const given = JSON.stringify(name.slice(0, 80))
  return new MeliError('MELI_USAGE', `${given} is neither an e-mail address nor the user that meli serve runs as`, {
    try: ['meli operators add ana@example.com'],
  })
}

function unknownOperator(person: string): MeliError {
  const name = person.trim()
  return new MeliError('MELI_OPERATOR_UNKNOWN', `no operator is called ${name}`, {
    try: ['meli operators list', `meli operators add ${name.includes('@') ? name : 'ana@example.com'}`],
  })
}

function unknownStore(id: string): MeliError {
  const given = JSON.stringify(id.slice(0, 80))
  return new MeliError('MELI_ACCOUNT_UNKNOWN', `no connected store has the id ${given}; nothing was shared`, {
    try: ['meli auth status --json shows the store_id of each'],
  })
}
