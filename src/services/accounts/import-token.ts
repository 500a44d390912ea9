import {isMeliError, MeliError} from '../../errors.js'
import {fingerprint} from '../auth/fingerprint.js'
import type {Linker, LinkResult, PendingLink} from '../login/linker.js'
import type {Clock, Grant, HeldGrant, HeldGrantStore, OAuth, Protect, RefreshJournal} from '../ports.js'
import {parseTokenRecord, type TokenInput} from './token-record.js'

export interface ImportDeps {
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
    const origin = `import:${fingerprint(input.refreshToken)}`
    // The same token again after a crash: it is spent, but what came back for it was kept.
    const held = await this.deps.heldGrants.find(origin)
    if (held !== undefined) return this.resume(origin, held, input, expect)

    checkBeforeSpending(input, expect)
    const live = liveGrant(input, this.deps.clock.now())
    if (live !== undefined) {
      const linked = await this.tryLink({grant: live, clientId: this.deps.clientId, expect})
      if (linked !== undefined) return linked
    }
    return this.deps.linker.link({...(await this.deps.protect(() => this.spend(origin, input))), expect})
  }

  /** What was kept may have been kept for longer than its access token lives. */
  private async resume(origin: string, held: HeldGrant, input: TokenInput, expect: string | null): Promise<LinkResult> {
    const {heldGrants, linker, protect} = this.deps
    const linked = await this.tryLink({...held, expect})
    if (linked !== undefined) return linked
    const {refreshToken = input.refreshToken} = held.grant
    const next = await protect(async () => {
      const spent = await this.spend(origin, {...input, refreshToken})
      await heldGrants.drop(held.id)
      return spent
    })
    return linker.link({...next, expect})
  }

  /** A grant whose access token still works is stored without spending anything; undefined when it does not. */
  private async tryLink(pending: PendingLink): Promise<LinkResult | undefined> {
    try {
      return await this.deps.linker.link(pending)
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
      const id = await heldGrants.hold(origin, grant, clientId, clock.now())
      await journal.finish(attemptId, 'stored', null, clock.now())
      return {id, grant, clientId}
    } catch (error) {
      await journal.finish(attemptId, 'failed', isMeliError(error) ? error.code : 'MELI_UNEXPECTED', clock.now())
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

function liveGrant(input: TokenInput, now: Date): Grant | undefined {
  const {accessToken, expiresAt} = input
  if (accessToken === undefined || expiresAt === undefined || expiresAt <= now) return undefined
  return {userId: input.userId, accessToken, refreshToken: input.refreshToken, scope: input.scope, expiresAt}
}

/** A token of another account than the expected one is not worth spending. */
function checkBeforeSpending({userId}: TokenInput, expect: string | null): void {
  if (expect === null || !/^\d+$/.test(expect) || Number(expect) === userId) return
  throw new MeliError(
    'MELI_WRONG_ACCOUNT',
    `this token belongs to account ${userId}, and ${expect} was expected; nothing was spent`,
    {try: ['check which token this is', `--expect ${userId}`]},
  )
}
