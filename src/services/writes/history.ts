import {type ErrorCode, MeliError} from '../../core/errors.js'
import {accountUnknown} from '../accounts/auth/account-errors.js'
import {findAccount} from '../accounts/auth/choose-account.js'
import {localItem} from '../catalogue/named-items.js'
import type {
  AccountStore,
  LocalCatalogue,
  WriteAction,
  WriteEnd,
  WriteFilter,
  WriteLog,
  WriteMethod,
  WriteRecord,
  WriteValues,
} from '../ports/index.js'
import {shellQuoted} from './guard.js'

export interface HistoryQuery {
  /** A user id or nickname; everybody's when left out. */
  account?: string | undefined
  /** Only what test users did. */
  sandbox: boolean
  /** The SKU of the item that was changed. */
  sku?: string | undefined
  /** The item, question, shipment or path that was changed. */
  subject?: string | undefined
  /** Only what was begun then or later. */
  since?: Date | undefined
}

export interface HistoryList {
  writes: WriteView[]
  /** The count of all matching entries. */
  total: number
}

export interface HistoryDeps {
  log: Pick<WriteLog, 'list' | 'count' | 'find'>
  accounts: Pick<AccountStore, 'list'>
  catalogue: Pick<LocalCatalogue, 'find' | 'withSku'>
  isAlive: (holder: string) => boolean
}

/** Rows in one look at the log. */
const chunk = 500

/** Lists what was changed at the service, newest first. Works offline. */
export class History {
  constructor(private readonly deps: HistoryDeps) {}

  async list({limit, ...query}: HistoryQuery & {limit: number}): Promise<HistoryList> {
    const filter = await this.filter(query)
    const records = await this.deps.log.list({...filter, limit})
    return {writes: records.map((record) => this.view(record)), total: await this.deps.log.count(filter)}
  }

  /** Streams any number of entries. */
  async *stream({limit = Number.POSITIVE_INFINITY, ...query}: HistoryQuery & {limit?: number | undefined}) {
    const filter = await this.filter(query)
    let [left, before] = [limit, undefined as number | undefined]
    while (left > 0) {
      const records = await this.deps.log.list({...filter, before, limit: Math.min(chunk, left)})
      for (const record of records) yield this.view(record)
      left -= records.length
      before = records.at(-1)?.id
      if (before === undefined) return
    }
  }

  /** MELI_HISTORY_UNKNOWN when there is none of this number, or none of whom the query wants. */
  async show(id: number, query: Pick<HistoryQuery, 'account' | 'sandbox'>): Promise<WriteView> {
    const record = await this.deps.log.find(id)
    if (record === undefined) throw unknownEntry(id)
    const {userId = record.userId, isTestUser = record.isTestUser} = await this.filter(query)
    if (record.userId !== userId || record.isTestUser !== isTestUser) throw entryOfOtherAccount(record, 'history show')
    return this.view(record)
  }

  private view(record: WriteRecord): WriteView {
    return writeView(record, this.deps.isAlive)
  }

  private async filter({account, sandbox, sku, subject: other, since}: HistoryQuery): Promise<WriteFilter> {
    const userId = account === undefined ? undefined : await this.userIdOf(account)
    const subject = sku === undefined ? other : await this.itemOf(sku, userId)
    return {
      userId,
      ...(sandbox && {isTestUser: true}),
      subject,
      since,
    }
  }

  /** It is looked for in the catalogues of all accounts where none is named. */
  private async itemOf(sku: string, userId: number | undefined): Promise<string> {
    const accounts = userId === undefined ? await this.deps.accounts.list() : [{userId}]
    let failure: unknown
    for (const each of accounts.length > 0 ? accounts : [{userId: 0}]) {
      try {
        return await localItem(this.deps.catalogue, each.userId, sku)
      } catch (error) {
        failure ??= error
      }
    }
    throw failure
  }

  /** Finds disconnected accounts by id too, because the log outlives the account. */
  private async userIdOf(account: string): Promise<number> {
    const known = findAccount(await this.deps.accounts.list(), account)
    if (known !== undefined) return known.userId
    const userId = Number(account)
    if (/^\d+$/.test(account) && Number.isSafeInteger(userId)) return userId
    throw accountUnknown(account, ['meli history without --account shows the user ids of all', 'meli auth status'])
  }
}

export interface WriteView {
  id: number
  at: string
  user_id: number
  nickname: string
  is_test_user: boolean
  command: string
  action: WriteAction
  subject: string
  variation_id: number | null
  method: WriteMethod
  path: string
  /** JSON, without secrets. */
  body: string | null
  before: WriteValues | null
  after: WriteValues | null
  /** `running`: its process lives. `cut_off`: it died before the answer, so that nobody knows. */
  outcome: WriteEnd | 'running' | 'cut_off'
  status: number | null
  error_code: string | null
  message: string | null
  ended_at: string | null
  undoes: number | null
  undone_by: number | null
  push_id: string | null
}

function writeView(record: WriteRecord, isAlive: (holder: string) => boolean): WriteView {
  const {id, command, action, subject, method, path, body, before, after, undoes, end} = record
  return {
    id,
    at: record.at.toISOString(),
    user_id: record.userId,
    nickname: record.nickname,
    is_test_user: record.isTestUser,
    ...{command, action, subject, variation_id: record.variationId, method, path, body, before, after},
    outcome: end?.outcome ?? (isAlive(record.holder) ? 'running' : 'cut_off'),
    status: end?.status ?? null,
    error_code: end?.errorCode ?? null,
    message: end?.message ?? null,
    ended_at: end?.at.toISOString() ?? null,
    undoes,
    undone_by: record.undoneBy,
    push_id: record.pushId,
  }
}

/** The entry is another account's, or of the other mode. @param command that would reach it, without flags */
export function entryOfOtherAccount(
  {id, nickname, userId, isTestUser}: WriteRecord,
  command: string,
  code: ErrorCode = 'MELI_HISTORY_UNKNOWN',
): MeliError {
  const kind = isTestUser ? 'a test user' : 'a real account'
  const sandbox = isTestUser ? '--sandbox ' : ''
  return new MeliError(code, `entry ${id} was written by ${nickname} (${userId}), ${kind}`, {
    try: [`meli ${command} ${id} ${sandbox}--account ${shellQuoted(nickname === '' ? String(userId) : nickname)}`],
    details: {user_id: userId, is_test_user: isTestUser},
  })
}

export function unknownEntry(id: number): MeliError {
  return new MeliError('MELI_HISTORY_UNKNOWN', `the log of writes has no entry ${id}`, {
    try: ['meli history lists all entries'],
  })
}
