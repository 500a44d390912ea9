import {isMeliError, MeliError} from '../../errors.js'
import {fingerprint} from '../auth/fingerprint.js'
import {persist} from '../auth/persist.js'
import {journalCode} from '../auth/spend.js'
import {expectedId, type KnownPeople} from '../login/expected-account.js'
import type {Linker, LinkResult, PendingLink} from '../login/linker.js'
import type {Clock, Grant, HeldGrant, HeldGrantStore, OAuth, Protect, RefreshJournal} from '../ports.js'
import {parseTokenRecord, type TokenInput} from './token-record.js'

export interface ImportDeps extends KnownPeople {
  heldGrants: HeldGrantStore
  journal: RefreshJournal
  oauth: () => Promise<OAuth>
  linker: Linker
  clock: Clock
  clientId: string
  process: {pid: number; host: string}
  protect: Protect
}

/** Takes in a token record or a bare refresh token, and stores it only when the service has confirmed it. */
export class ImportToken {
  constructor(private readonly deps: ImportDeps) {}

  async run(text: string, expect: string | null): Promise<LinkResult> {
    const input = parseTokenRecord(text)
    await this.checkBeforeSpending(input, expect)
    const origin = `import:${fingerprint(input.refreshToken)}`
    // The same token again after a crash: it is spent, but what came back for it was kept.
    const held = await this.deps.heldGrants.find(origin)
    if (held !== undefined) return this.resume(origin, held, input, expect)

    const live = liveGrant(input, this.deps.clock.now())
    if (live !== undefined) {
      const linked = await this.tryLink({
        grant: live,
        clientId: this.deps.clientId,
        grantedAt: this.deps.clock.now(),
        expect,
      })
      if (linked !== undefined) return linked
    }
    const spent = await this.deps.protect(() => this.spend(origin, input))
    return this.deps.linker.link({...spent, expect, imported: true})
  }

  /** A token of another account than the expected one, or of another application, is not worth spending. */
  private async checkBeforeSpending(input: TokenInput, expect: string | null): Promise<void> {
    checkApplication(input, this.deps.clientId)
    const expected = expect === null ? undefined : await expectedId(expect, this.deps)
    if (expected === undefined || expected === input.userId) return
    throw new MeliError(
      'MELI_WRONG_ACCOUNT',
      `this token belongs to account ${input.userId}, and ${expect} was expected; nothing was spent`,
      {try: ['check which token this is', `--expect ${input.userId}`]},
    )
  }

  /** What was kept may have been kept for longer than its access token lives. */
  private async resume(origin: string, held: HeldGrant, input: TokenInput, expect: string | null): Promise<LinkResult> {
    const {heldGrants, linker, protect} = this.deps
    const linked = await this.tryLink({...held, grantedAt: held.createdAt, expect})
    if (linked !== undefined) return linked
    const {refreshToken = input.refreshToken} = held.grant
    const next = await protect(async () => {
      const spent = await this.spend(origin, {...input, refreshToken})
      await heldGrants.drop(held.id)
      return spent
    })
    return linker.link({...next, expect, imported: true})
  }

  /** A grant whose access token still works is stored without spending anything; undefined when it does not. */
  private async tryLink(pending: PendingLink): Promise<LinkResult | undefined> {
    try {
      return await this.deps.linker.link({...pending, imported: true})
    } catch (error) {
      if (isMeliError(error, 'MELI_TOKEN_REJECTED')) return undefined
      throw error
    }
  }

  /** What comes back is held in the store before anything else happens: the token that bought it is dead now. */
  private async spend(origin: string, input: TokenInput): Promise<Omit<PendingLink, 'expect'>> {
    const {heldGrants, journal, clock, clientId, process} = this.deps
    const attemptId = await journal.begin({
      userId: input.userId,
      tokenFingerprint: fingerprint(input.refreshToken),
      processId: process.pid,
      host: process.host,
      reason: 'import',
      sentAt: clock.now(),
    })
    try {
      const grant = await (await this.deps.oauth()).refresh(input.refreshToken)
      const grantedAt = clock.now()
      const id = await persist(() => heldGrants.hold(origin, grant, clientId, grantedAt))
      await journal.finish(attemptId, 'stored', null, clock.now())
      return {id, grant, clientId, grantedAt}
    } catch (error) {
      await journal.finish(attemptId, 'failed', journalCode(error), clock.now())
      if (!isMeliError(error, 'MELI_GRANT_REJECTED')) throw error
      throw new MeliError('MELI_GRANT_REJECTED', 'Mercado Libre refuses this refresh token; nothing was stored', {
        try: [
          'a refresh token works once: import the newest one',
          'it belongs to one application: check MELI_CLIENT_ID',
          'meli auth login',
        ],
        cause: error,
      })
    }
  }
}

/** Access tokens live six hours: who promises more has another idea of time, and is not believed. */
const longestMs = 24 * 60 * 60 * 1000

function liveGrant(input: TokenInput, now: Date): Grant | undefined {
  const {accessToken, expiresAt} = input
  if (accessToken === undefined || expiresAt === undefined) return undefined
  const leftMs = expiresAt.getTime() - now.getTime()
  if (leftMs <= 0 || leftMs > longestMs) return undefined
  return {userId: input.userId, accessToken, refreshToken: input.refreshToken, scope: input.scope, expiresAt}
}

/** The application stands in the access token (docs/mercadolibre.md, section 2): its refresh token is of no use to another. */
function checkApplication({accessToken}: TokenInput, clientId: string): void {
  const issuedTo = /^APP_USR-(\d+)-/.exec(accessToken ?? '')?.[1]
  if (issuedTo === undefined || issuedTo === clientId) return
  throw new MeliError(
    'MELI_CLIENT_MISMATCH',
    `this token was issued to application ${issuedTo}, and ${clientId} is configured; nothing was spent`,
    {try: [`set MELI_CLIENT_ID=${issuedTo} with its secret`, 'meli auth login']},
  )
}
