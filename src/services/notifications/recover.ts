import {isMeliError, MeliError} from '../../errors.js'
import {chooseAccount} from '../auth/choose-account.js'
import type {Account, AccountStore, MissedFeeds} from '../ports.js'
import type {Intake, IntakeOutcome} from './intake.js'
import {itemTopics, otherTopics} from './topics.js'

export interface RecoveredTopic {
  topic: string
  /** Null where a topic is read for all sites at once: the service parts `items` alone. */
  site_id: string | null
  /** Rows that the service had. */
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

/** Rows taken in side by side: they share commits. */
const together = 50

/**
 * Brings what the service could not deliver in the last two days, as if it came now. What was delivered after all is no
 * new work, since its `_id` is known.
 */
export class Recover {
  constructor(private readonly deps: RecoverDeps) {}

  /** MELI_NO_ACCOUNT when nobody is connected. A topic that cannot be read does not stop the others. */
  async run(options: RecoverOptions): Promise<RecoverResult> {
    const topics: RecoveredTopic[] = []
    let exitCode = 0
    let unreachable: MeliError | undefined
    for (const feed of feedsOf(await this.sites(options))) {
      const isKept = feed.siteId === null
      if (isKept && unreachable !== undefined) break
      const {found, error} = await this.topic(feed, options.signal)
      // A topic that the application has not subscribed to may well be refused: nothing is missed then.
      if (isKept && (error === undefined ? found.missed === 0 : error.family === 'api')) continue
      topics.push(found)
      if (exitCode === 0 && error !== undefined) exitCode = error.exitCode
      if (error?.family === 'network') unreachable = error
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

  private async topic({topic, siteId, accounts}: Feed, signal: AbortSignal) {
    const found: RecoveredTopic = {
      ...{topic, site_id: siteId, missed: 0, accepted: 0, duplicate: 0, unknown: 0, refused: 0},
      error: null,
    }
    let failure: MeliError | undefined
    for (const account of accounts) {
      failure = await this.read(found, account, signal)
      // The token of another may do.
      if (failure?.family !== 'auth') break
    }
    if (failure !== undefined) found.error = {code: failure.code, message: failure.message}
    return {found, error: failure}
  }

  private async read(found: RecoveredTopic, account: Account, signal: AbortSignal): Promise<MeliError | undefined> {
    const {missedFeeds, clientId: applicationId} = this.deps
    const {topic, site_id: siteId} = found
    try {
      const rows: unknown[] = []
      for await (const row of missedFeeds(account).missedFeeds(
        {applicationId, topic, siteId: siteId ?? undefined},
        signal,
      )) {
        rows.push(row)
        if (rows.length >= together) await this.take(found, rows.splice(0))
      }
      await this.take(found, rows)
      return undefined
    } catch (error) {
      if (signal.aborted) throw error
      return isMeliError(error) ? error : new MeliError('MELI_UNEXPECTED', String(error), {cause: error})
    }
  }

  private async take(found: RecoveredTopic, rows: readonly unknown[]): Promise<void> {
    const outcomes: IntakeOutcome[] = await Promise.all(rows.map((row) => this.deps.intake.receive(row)))
    found.missed += rows.length
    for (const outcome of outcomes) found[outcome] += 1
  }
}
