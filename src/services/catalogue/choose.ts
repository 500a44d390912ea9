import {isMeliError, MeliError} from '../../core/errors.js'
import {chooseAccount, findAccount} from '../accounts/auth/choose-account.js'
import type {Account, AccountStore, SyncLedger} from '../ports/index.js'
import {shellQuoted} from '../writes/guard.js'

/** Whose catalogue: the same choice as for commands that go online. */
export interface CatalogueChoice {
  account?: string | undefined
  sandbox: boolean
  site?: string | undefined
}

export interface CatalogueOwner {
  userId: number
  /** False after a logout, which leaves the catalogue and its runs: they can be read, under the user id. */
  connected: boolean
}

type Ledger = Pick<SyncLedger, 'recent'>

/** Catalogues of disconnected accounts are looked for among so many runs, to name them. */
const runsToLookAt = 100

export async function catalogueOf(
  {accounts, ledger}: {accounts: Pick<AccountStore, 'list'>; ledger: Ledger},
  choice: CatalogueChoice,
): Promise<CatalogueOwner> {
  const connected = await accounts.list()
  const {account} = choice
  if (account !== undefined && findAccount(connected, account) === undefined && (await hasRuns(ledger, account))) {
    return {userId: Number(account), connected: false}
  }
  try {
    return {userId: chooseAccount(connected, choice).userId, connected: true}
  } catch (error) {
    throw await withDisconnected(error, connected, ledger)
  }
}

/** To be put behind a command that is suggested. */
export function flagsOf({sandbox, account}: Pick<CatalogueChoice, 'sandbox' | 'account'>): string {
  return `${sandbox ? ' --sandbox' : ''}${account === undefined ? '' : ` --account ${shellQuoted(account)}`}`
}

export function unknownProduct(id: string): MeliError {
  return new MeliError('MELI_PRODUCT_UNKNOWN', `${id} is not in the local catalogue of this account`, {
    try: ['sync the catalogue: meli sync products', 'list the catalogue: meli products list'],
  })
}

/** By user id alone: a logout takes the name along. */
async function hasRuns(ledger: Ledger, account: string): Promise<boolean> {
  const userId = Number(account)
  if (!/^\d+$/.test(account) || !Number.isSafeInteger(userId)) return false
  return (await ledger.recent({userId, limit: 1})).length > 0
}

/** Whoever logged out is told under which id the catalogue still is. */
async function withDisconnected(error: unknown, connected: readonly Account[], ledger: Ledger): Promise<unknown> {
  const isMissing = ['MELI_NO_ACCOUNT', 'MELI_NO_TEST_USER', 'MELI_ACCOUNT_UNKNOWN'] as const
  if (!isMeliError(error) || !isMissing.some((code) => code === error.code)) return error
  const runs = await ledger.recent({limit: runsToLookAt})
  const ids = new Set(runs.map(({userId}) => userId).filter((id) => !connected.some(({userId}) => userId === id)))
  if (ids.size === 0) return error
  const hints = [...ids].slice(0, 3).map((id) => `--account ${id} reads the catalogue of that disconnected account`)
  const {code, message, suggestions, details} = error
  return new MeliError(code, message, {try: [...hints, ...suggestions], ...(details && {details}), cause: error})
}
