import {isMeliError, MeliError} from '../../core/errors.js'
import {chooseAccount} from '../accounts/auth/choose-account.js'
import type {Account, AccountStore, MissedFeeds} from '../ports/index.js'
import type {Intake, IntakeOutcome} from './intake.js'
import {itemTopics, otherTopics, spellingsOf} from './topics.js'

export interface RecoveredTopic {
  /** In the spelling of notifications; the rows of its other spellings count here too. */
  topic: string
  /** Null where a topic is read for all sites at once: the service divides topics of items alone. */
  site_id: string | null
  /** Rows that the service had, each counted once in a run. */
  missed: number
  /** New work. */
  accepted: number
  /** Known already, or of a resource that waits. */
  duplicate: number
  /** Of sellers who are not connected. */
  unknown: number
  /** Not readable. */
  refused: number
  /** Why this one could not be read; null when it was. */
  error: {code: string; message: string} | null
}

export interface RecoverResult {
  ok: boolean
  accepted: number
  topics: RecoveredTopic[]
  /** Of the first that failed. */
  exit_code: number
}

export interface RecoverDeps {
  accounts: Pick<AccountStore, 'list'>
  missedFeeds: (account: Account) => MissedFeeds
  intake: Pick<Intake, 'receive'>
  clientId: string
}

export interface RecoverOptions {
  /** Only the sites of this account, and with its token. */
  account?: string | undefined
  sandbox?: boolean | undefined
  signal: AbortSignal
}

interface Feed {
  topic: string
  siteId: string | null
  accounts: readonly Account[]
}

/** What is looked after first, and for each site; the others once, with whatever token works. */
function feedsOf(sites: ReadonlyMap<string, readonly Account[]>): Feed[] {
  const items = [...sites].flatMap(([siteId, accounts]) => itemTopics.map((topic) => ({topic, siteId, accounts})))
  const accounts = [...sites.values()].flat().toSorted(byUse)
  return [...items, ...otherTopics.map((topic) => ({topic, siteId: null, accounts}))]
}

/** Those that work first. */
function byUse(a: Account, b: Account): number {
  return Number(a.status === 'invalid') - Number(b.status === 'invalid')
}

/** Rows taken in at a time: they share commits. */
const batchSize = 50

/** Topics that the service failed for, one after another, before the rest is given up. */
const mostFailures = 3

/**
 * Brings what the service could not deliver in the last two days, as if it came now. What was delivered after all is no
 * new work, since its `_id` is known.
 */
export class Recover {
  constructor(private readonly deps: RecoverDeps) {}

  /** MELI_NO_ACCOUNT when nobody is connected. A topic that cannot be read does not stop the others. */
  async run(options: RecoverOptions): Promise<RecoverResult> {
    const feeds = feedsOf(await this.sites(options))
    const reading = new FeedReading(this.deps, options.signal)
    const topics: RecoveredTopic[] = []
    let exitCode = 0
    let inARow = 0
    for (const feed of feeds) {
      const isKept = feed.siteId === null
      if (isKept && inARow >= mostFailures) break
      const {found, error} = await reading.read(feed)
      inARow = error?.family !== 'network' ? 0 : isOfAll(error) ? mostFailures : inARow + 1
      if (isKept && isNothing(found, error)) continue
      topics.push(found)
      if (exitCode === 0 && error !== undefined) exitCode = error.exitCode
    }
    const accepted = topics.reduce((sum, topic) => sum + topic.accepted, 0)
    return {ok: exitCode === 0, accepted, topics, exit_code: exitCode}
  }

  /** Those that work first: one token of a site is enough, for the rows are the application's. */
  private async sites({account, sandbox = false}: RecoverOptions): Promise<Map<string, Account[]>> {
    const all = await this.deps.accounts.list()
    const asked = account === undefined && all.length > 0 ? all : [chooseAccount(all, {account, sandbox})]
    const sites = new Map<string, Account[]>()
    const sorted = asked.toSorted(byUse)
    for (const each of sorted) sites.set(each.siteId, [...(sites.get(each.siteId) ?? []), each])
    return sites
  }
}

/** A topic that the application has not subscribed to may well be refused: nothing is missed then. */
function isNothing({missed}: RecoveredTopic, error: MeliError | undefined): boolean {
  return missed === 0 && (error === undefined || error.family === 'api')
}

/** Whether the next topic would meet the same. */
function isOfAll({code}: MeliError): boolean {
  return code === 'MELI_UNREACHABLE' || code === 'MELI_RATE_LIMITED'
}

/** Reads the feeds of one run: a row that two of them list is taken in once. */
class FeedReading {
  private readonly seen = new Set<string>()

  constructor(
    private readonly deps: RecoverDeps,
    private readonly signal: AbortSignal,
  ) {}

  /** Each spelling that the topic has, since it is not known which one the service takes. */
  async read({topic, siteId, accounts}: Feed): Promise<{found: RecoveredTopic; error: MeliError | undefined}> {
    const found: RecoveredTopic = {
      ...{topic, site_id: siteId, missed: 0, accepted: 0, duplicate: 0, unknown: 0, refused: 0},
      error: null,
    }
    const failures: Array<MeliError | undefined> = []
    for (const spelling of spellingsOf(topic)) {
      const failure = await this.spelling(spelling, found, accounts)
      failures.push(failure)
      if (failure !== undefined && isOfAll(failure)) break
    }
    // A spelling that the service refuses is no failure where it takes another.
    const isTaken = failures.includes(undefined)
    const failure = failures.find((each) => each !== undefined && !(isTaken && each.family === 'api'))
    if (failure !== undefined) found.error = {code: failure.code, message: failure.message}
    return {found, error: failure}
  }

  private async spelling(topic: string, found: RecoveredTopic, accounts: readonly Account[]) {
    let failure: MeliError | undefined
    for (const account of accounts) {
      failure = await this.pages(topic, found, account)
      // The token of another may do.
      if (failure?.family !== 'auth') break
    }
    return failure
  }

  private async pages(topic: string, found: RecoveredTopic, account: Account): Promise<MeliError | undefined> {
    const {missedFeeds, clientId: applicationId} = this.deps
    const request = {applicationId, topic, siteId: found.site_id ?? undefined}
    try {
      for await (const rows of missedFeeds(account).missedFeeds(request, this.signal)) await this.take(found, rows)
      return undefined
    } catch (error) {
      if (this.signal.aborted) throw error
      return isMeliError(error) ? error : new MeliError('MELI_UNEXPECTED', String(error), {cause: error})
    }
  }

  private async take(found: RecoveredTopic, page: readonly unknown[]): Promise<void> {
    const rows = page.map((row) => ({row, key: keyOf(row)})).filter(({key}) => !this.seen.has(key))
    for (let start = 0; start < rows.length; start += batchSize) {
      const batch = rows.slice(start, start + batchSize)
      const outcomes: IntakeOutcome[] = await Promise.all(batch.map(({row}) => this.deps.intake.receive(row)))
      for (const {key} of batch) this.seen.add(key)
      found.missed += batch.length
      for (const outcome of outcomes) found[outcome] += 1
    }
  }
}

/** The `_id` of a row; the whole of one that has none. */
function keyOf(row: unknown): string {
  const id = typeof row === 'object' && row !== null && '_id' in row ? row._id : undefined
  return typeof id === 'string' && id !== '' ? id : JSON.stringify(row)
}
