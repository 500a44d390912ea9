import {MeliError} from '../../../core/errors.js'
import {holderInWords} from '../../../core/holder.js'
import type {Account, AccountStore, LeaseRequest, Protect, Telemetry, TokenRecord} from '../../ports/index.js'
import {LeaseWatch, RequestLease} from '../../sync/lease.js'
import {type Refreshed, type SpendDeps, TokenSpender} from './spend.js'

export interface RefreshDeps extends SpendDeps {
  accounts: SpendDeps['accounts'] & Pick<AccountStore, 'acquireLease' | 'releaseLease'>
  protect: Protect
  telemetry?: Pick<Telemetry, 'refresh'> | undefined
}

/** Beyond the HTTP time-out: what a holder needs to store the answer. */
const leaseGraceMs = 5_000

/**
 * Refreshes a token once, whatever the number of processes that want it: under a lease in the store, with the row read
 * again inside it, so that the loser of a race adopts the winner's token.
 */
export class Refresher {
  private readonly spender: TokenSpender

  constructor(private readonly deps: RefreshDeps) {
    this.spender = new TokenSpender(deps)
  }

  /** Returns a record that satisfies the caller, refreshing at most once. `reason` goes into the journal. */
  async refreshUnless(
    account: Account,
    satisfied: (record: TokenRecord) => boolean,
    reason: string,
  ): Promise<Refreshed> {
    const {accounts, clock, httpTimeoutMs, process} = this.deps
    const leaseMs = httpTimeoutMs + leaseGraceMs
    // A holder of whom nothing is known is waited for until its lease runs out, and a request that timed out until the service
    // cannot be at it any more, each for one lease length; one more is patience enough.
    const giveUpAt = clock.monotonic() + 3 * leaseMs
    const watch = new LeaseWatch(clock, leaseMs)
    const holder = process.newHolder(leaseMs)
    const acquire = (request: LeaseRequest) => accounts.acquireLease(account.userId, request)
    const lease = new RequestLease({clock, holder, requestMs: httpTimeoutMs, leaseMs, watch, acquire})

    for (let tries = 0; ; tries += 1) {
      const record = await this.spender.usable(account)
      if (satisfied(record)) return this.adopted(record, tries > 0)
      if (await lease.take()) {
        try {
          const outcome = await this.underLease(account, satisfied, reason, lease)
          if (outcome !== undefined) return outcome
        } finally {
          // Others take it when it has run out: that it cannot be given back must not replace the outcome.
          await accounts.releaseLease(account.userId, holder).catch(() => undefined)
        }
      }
      if (clock.monotonic() >= giveUpAt) throw busy(account, watch.holder)
      await clock.sleep(50 + Math.random() * 100)
    }
  }

  /**
   * Undefined when the lease ran out and went to another process, whose outcome is ours too, or when an earlier request with the
   * token may be under way.
   */
  private async underLease(
    account: Account,
    satisfied: (record: TokenRecord) => boolean,
    reason: string,
    lease: RequestLease,
  ): Promise<Refreshed | undefined> {
    const record = await this.spender.usable(account)
    if (satisfied(record)) return this.adopted(record, true)
    return this.deps.protect(() => this.spend(record, reason, lease))
  }

  private async spend(record: TokenRecord, reason: string, lease: RequestLease): Promise<Refreshed | undefined> {
    try {
      const outcome = await this.spender.spend(record, reason, lease)
      if (outcome !== undefined) this.deps.telemetry?.refresh(outcome.refreshed ? 'stored' : 'adopted')
      return outcome
    } catch (error) {
      this.deps.telemetry?.refresh('failed')
      throw error
    }
  }

  /** Not spent here. `contested`: somebody else refreshed it while this caller wanted to. */
  private adopted(record: TokenRecord, contested: boolean): Refreshed {
    if (contested) this.deps.telemetry?.refresh('adopted')
    return {record, refreshed: false}
  }
}

function busy(account: Account, holder: string | undefined): MeliError {
  return new MeliError(
    'MELI_REFRESH_BUSY',
    `${holderInWords(holder)} is still refreshing the token of ${account.nickname}`,
    {try: ['run the command again in a few seconds']},
  )
}
