import {isMeliError, MeliError} from '../../errors.js'
import {fingerprint} from '../auth/fingerprint.js'
import type {Linker, LinkResult, PendingLink} from '../login/linker.js'
import type {Clock, Grant, HeldGrantStore, OAuth, Protect, RefreshJournal} from '../ports.js'
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
    if (held !== undefined) return this.deps.linker.link({...held, expect})

    const live = liveGrant(input, this.deps.clock.now())
    if (live !== undefined) {
      const linked = await this.tryLive(origin, live, expect)
      if (linked !== undefined) return linked
    }
    return this.deps.linker.link({...(await this.deps.protect(() => this.spend(origin, input))), expect})
  }

  /** A record whose access token still works is stored without spending anything. */
  private async tryLive(origin: string, grant: Grant, expect: string | null): Promise<LinkResult | undefined> {
    try {
      return await this.link(origin, grant, expect)
    } catch (error) {
      const held = await this.deps.heldGrants.find(origin)
      if (held !== undefined) await this.deps.heldGrants.drop(held.id)
      if (isMeliError(error, 'MELI_TOKEN_REJECTED')) return undefined
      throw error
    }
  }

  private async link(origin: string, grant: Grant, expect: string | null): Promise<LinkResult> {
    const {heldGrants, linker, clock, clientId} = this.deps
    const id = await heldGrants.hold(origin, grant, clientId, clock.now())
    return linker.link({id, grant, clientId, expect})
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
