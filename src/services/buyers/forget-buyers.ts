import {chooseAccount, findAccount} from '../auth/choose-account.js'
import type {Account, AccountStore, BuyerData, Clock} from '../ports.js'

export interface ForgetBuyersOptions {
  /** User id or nickname; every account of the database when left out. */
  account?: string | undefined
  olderThanMs: number
  /** Counts, and changes nothing. */
  dryRun: boolean
}

export interface Forgotten {
  user_id: number
  /** Null when it is disconnected. */
  nickname: string | null
  /** Rows that were emptied, or would be. */
  questions: number
  orders: number
  shipments: number
}

export interface ForgetBuyersResult {
  dry_run: boolean
  /** What was made before it is kept without personal data of buyers, now and by later syncs. */
  before: string
  accounts: Forgotten[]
  /** False when another process was reading: what was emptied is still in the files then. Of a trial it is null. */
  overwritten: boolean | null
}

export interface ForgetBuyersDeps {
  accounts: Pick<AccountStore, 'list'>
  buyers: Pick<BuyerData, 'forget' | 'overwrite' | 'count' | 'owners'>
  clock: Pick<Clock, 'now'>
}

/** Removes personal data of buyers from the local copies. Offline. */
export class ForgetBuyers {
  constructor(private readonly deps: ForgetBuyersDeps) {}

  async run({account, olderThanMs, dryRun}: ForgetBuyersOptions): Promise<ForgetBuyersResult> {
    const {buyers, clock} = this.deps
    const now = clock.now()
    const before = new Date(now.getTime() - olderThanMs)
    const accounts: Forgotten[] = []
    for (const {userId, nickname} of await this.owners(account)) {
      const counts = dryRun ? await buyers.count(userId, before) : await buyers.forget(userId, before, now)
      accounts.push({user_id: userId, nickname, ...counts})
    }
    const overwritten = dryRun ? null : await buyers.overwrite()
    return {dry_run: dryRun, before: before.toISOString(), accounts, overwritten}
  }

  /** Whoever logged out has left data behind: those are accounts too, by their id. */
  private async owners(wanted: string | undefined): Promise<Array<{userId: number; nickname: string | null}>> {
    const connected = await this.deps.accounts.list()
    const withData = await this.deps.buyers.owners()
    if (wanted !== undefined) {
      const left = withData.find((userId) => String(userId) === wanted.trim())
      if (left !== undefined) return [{userId: left, nickname: nicknameOf(connected, left)}]
      // Real or not: nothing is done at the service.
      return [findAccount(connected, wanted) ?? chooseAccount(connected, {account: wanted})]
    }
    const ids = [...new Set([...connected.map(({userId}) => userId), ...withData])]
    return ids.map((userId) => ({userId, nickname: nicknameOf(connected, userId)}))
  }
}

function nicknameOf(accounts: readonly Account[], userId: number): string | null {
  return accounts.find((each) => each.userId === userId)?.nickname ?? null
}
