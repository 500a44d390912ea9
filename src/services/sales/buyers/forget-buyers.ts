import {MeliError} from '../../../core/errors.js'
import {minuteOf} from '../../../core/format-time.js'
import {chooseAccount, findAccount} from '../../accounts/auth/choose-account.js'
import type {Account, AccountStore, BuyerData, Clock, Terminal} from '../../ports/index.js'

export interface ForgetBuyersOptions {
  /** User id or nickname; every account of the database when left out. */
  account?: string | undefined
  olderThanMs: number
  /** Counts, and changes nothing. */
  dryRun: boolean
  /** Somebody has agreed already: nobody is asked. */
  agreed?: boolean | undefined
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
  /**
   * What was made before it is kept without personal data of buyers, now and by later syncs; only now when nothing was to be
   * removed and so nobody agreed.
   */
  before: string
  accounts: Forgotten[]
  /** False when another process was reading: what was emptied is still in the files then. Of a trial it is null. */
  overwritten: boolean | null
}

export interface ForgetBuyersDeps {
  accounts: Pick<AccountStore, 'list'>
  buyers: Pick<BuyerData, 'forget' | 'overwrite' | 'count' | 'owners'>
  clock: Pick<Clock, 'now'>
  terminal: () => Promise<Pick<Terminal, 'interactive' | 'say' | 'ask'>>
}

interface Owner {
  userId: number
  nickname: string | null
}

/** Removes personal data of buyers from the local copies. Offline. */
export class ForgetBuyers {
  constructor(private readonly deps: ForgetBuyersDeps) {}

  /**
   * Nothing brings back what is removed: where there is any of it, asks at a terminal first, MELI_NOT_CONFIRMED when the answer is no, and
   * MELI_TERMINAL_NEEDED where nobody can be asked.
   */
  async run(
    {account, olderThanMs, dryRun, agreed = false}: ForgetBuyersOptions,
    signal?: AbortSignal,
  ): Promise<ForgetBuyersResult> {
    const {buyers, clock} = this.deps
    const now = clock.now()
    const before = new Date(now.getTime() - olderThanMs)
    const accounts: Forgotten[] = []
    const owners = await this.owners(account)
    for (const {userId, nickname} of owners) {
      accounts.push({user_id: userId, nickname, ...(await buyers.count(userId, before))})
    }
    const isAsked = !dryRun && !agreed && accounts.some(hasAny)
    if (isAsked) await this.ask(accounts, before, signal)
    if (!dryRun && (agreed || isAsked)) {
      for (const each of accounts) Object.assign(each, await buyers.forget(each.user_id, before, now))
    }
    // Without anything to remove too: what an earlier run emptied may still wait for it.
    const overwritten = dryRun ? null : await buyers.overwrite()
    return {dry_run: dryRun, before: before.toISOString(), accounts, overwritten}
  }

  private async ask(accounts: readonly Forgotten[], before: Date, signal: AbortSignal | undefined): Promise<void> {
    const terminal = await this.deps.terminal()
    if (!terminal.interactive) throw agreementNeeded()
    const lines = accounts.map(({user_id, nickname, questions, orders, shipments}) => {
      const name = nickname === null ? `account ${user_id}` : `${nickname} (${user_id})`
      return `  ${name}: ${[questions, orders, shipments].map(inWords).join(', ')}`
    })
    const until = minuteOf(before.toISOString())
    const head = `Data of buyers will be removed for good from what was made before ${until}:`
    terminal.say([head, ...lines].join('\n'))
    if (!/^y(es)?$/i.test(await terminal.ask('Remove it? (y/N)', signal))) throw notAgreed()
  }

  /** Whoever logged out has left data behind: those are accounts too, by their id. */
  private async owners(wanted: string | undefined): Promise<Owner[]> {
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

function hasAny({questions, orders, shipments}: Forgotten): boolean {
  return questions + orders + shipments > 0
}

function nicknameOf(accounts: readonly Account[], userId: number): string | null {
  return accounts.find((each) => each.userId === userId)?.nickname ?? null
}

const nouns = ['question', 'order', 'shipment']

function inWords(count: number, at: number): string {
  return `${count.toLocaleString('en-US')} ${nouns[at]}${count === 1 ? '' : 's'}`
}

function agreementNeeded(): MeliError {
  const message = 'erased data cannot be recovered, and there is no terminal to ask at; nothing was changed'
  return new MeliError('MELI_TERMINAL_NEEDED', message, {
    try: ['add --yes to skip the confirmation', '--dry-run counts what would be erased, and changes nothing'],
    details: {flag: '--yes'},
  })
}

function notAgreed(): MeliError {
  return new MeliError('MELI_NOT_CONFIRMED', 'not confirmed; nothing was changed', {
    try: ['--dry-run counts what would be erased, and changes nothing'],
  })
}
