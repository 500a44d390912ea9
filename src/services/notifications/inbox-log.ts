import {MeliError} from '../../core/errors.js'
import {chooseAccount} from '../accounts/auth/choose-account.js'
import type {
  Account,
  AccountStore,
  Clock,
  NotificationInbox,
  NotificationState,
  NotificationWork,
} from '../ports/index.js'
import {spellingsOf, wireTopic} from './topics.js'

export interface NotificationView {
  id: number
  topic: string
  resource: string
  user_id: number
  /** Null when the account is not connected any more. */
  nickname: string | null
  state: NotificationState
  received_at: string
  sent_at: string | null
  /** How many notifications it stands for. */
  received: number
  failures: number
  /** When it is tried next; null unless it waits. */
  due_at: string | null
  finished_at: string | null
  error_code: string | null
  error_message: string | null
}

export interface NotificationList {
  notifications: NotificationView[]
  /** Of the sellers asked for. */
  waiting: number
  working: number
  parked: number
}

export interface NotificationPage extends NotificationView {
  application_id: string
  actions: readonly string[] | null
}

export interface ReplayResult {
  replayed: number
  /** Asked for by id, and not parked. */
  not_parked: number[]
}

export interface InboxLogDeps {
  accounts: Pick<AccountStore, 'list'>
  inbox: Pick<NotificationInbox, 'list' | 'find' | 'backlog' | 'replay'>
  clock: Pick<Clock, 'now'>
}

export interface InboxFilter {
  account?: string | undefined
  sandbox: boolean
  topic?: string | undefined
  parked?: boolean | undefined
  limit: number
}

/** The inbox, for people. Offline. */
export class InboxLog {
  constructor(private readonly deps: InboxLogDeps) {}

  /** Newest first; of one account when it is named, otherwise of all. */
  async list({account, sandbox, topic, parked = false, limit}: InboxFilter): Promise<NotificationList> {
    const {inbox} = this.deps
    const accounts = await this.deps.accounts.list()
    const userId = this.userId(accounts, account, sandbox)
    const topics = topic === undefined ? undefined : spellingsOf(topic)
    const works = await inbox.list({states: parked ? ['parked'] : undefined, userId, topics, limit})
    const backlog = (await inbox.backlog()).filter((each) => userId === undefined || each.userId === userId)
    const sum = (key: 'waiting' | 'working' | 'parked') => backlog.reduce((total, each) => total + each[key], 0)
    return {
      notifications: works.map((work) => view(work, accounts)),
      ...{waiting: sum('waiting'), working: sum('working'), parked: sum('parked')},
    }
  }

  /** MELI_NOTIFICATION_UNKNOWN */
  async show(id: number): Promise<NotificationPage> {
    const work = await this.deps.inbox.find(id)
    if (work === undefined) throw unknown(id)
    const {application_id, actions} = work
    return {...view(work, await this.deps.accounts.list()), application_id, actions}
  }

  /** Parked ones wait again. @param ids undefined: all, of one account when it is named */
  async replay(
    ids: readonly number[] | undefined,
    {account, sandbox}: Pick<InboxFilter, 'account' | 'sandbox'>,
  ): Promise<ReplayResult> {
    const {inbox, accounts, clock} = this.deps
    if (ids === undefined) {
      const userId = this.userId(await accounts.list(), account, sandbox)
      return {replayed: await inbox.replay({userId}, clock.now()), not_parked: []}
    }
    const wanted = [...new Set(ids)]
    const found = await Promise.all(wanted.map((id) => inbox.find(id)))
    const missing = wanted.find((_, at) => found[at] === undefined)
    if (missing !== undefined) throw unknown(missing)
    const parked = wanted.filter((_, at) => found[at]?.state === 'parked')
    const replayed = await inbox.replay({ids: parked}, clock.now())
    return {replayed, not_parked: wanted.filter((id) => !parked.includes(id))}
  }

  private userId(accounts: readonly Account[], account: string | undefined, sandbox: boolean): number | undefined {
    return account === undefined ? undefined : chooseAccount(accounts, {account, sandbox}).userId
  }
}

function view(work: NotificationWork, accounts: readonly Account[]): NotificationView {
  const {user_id, state, due_at} = work
  return {
    id: work.id,
    topic: wireTopic(work.topic),
    resource: work.resource,
    user_id,
    nickname: accounts.find((each) => each.userId === user_id)?.nickname ?? null,
    state,
    received_at: work.received_at.toISOString(),
    sent_at: work.sent_at?.toISOString() ?? null,
    received: work.received,
    failures: work.failures,
    due_at: state === 'waiting' ? due_at.toISOString() : null,
    finished_at: work.finished_at?.toISOString() ?? null,
    error_code: work.error_code,
    error_message: work.error_message,
  }
}

function unknown(id: number): MeliError {
  return new MeliError('MELI_NOTIFICATION_UNKNOWN', `there is no notification ${id}`, {
    try: ['meli notifications list', 'finished ones are kept for a week'],
  })
}
