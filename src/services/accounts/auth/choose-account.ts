import {MeliError} from '../../../core/errors.js'
import type {Account} from '../../ports/index.js'
import {accountUnknown, wrongKind} from './account-errors.js'

export interface AccountChoice {
  /** User id or nickname; without it the default account, or the only one. */
  account?: string | number | undefined
  /** True sees test users only, false real accounts only. */
  sandbox?: boolean | undefined
  /** Only accounts of this site. */
  site?: string | undefined
}

/** Picks the account to act as. Never guesses: two candidates without a default are an error that lists them. */
export function chooseAccount(accounts: readonly Account[], choice: AccountChoice): Account {
  const sandbox = choice.sandbox ?? false
  if (choice.account !== undefined) return named(accounts, String(choice.account), sandbox, choice.site)

  const candidates = accounts.filter(
    (a) => a.isTestUser === sandbox && (choice.site === undefined || a.siteId === choice.site),
  )
  const [first, ...others] = candidates
  if (first === undefined) throw noAccount(accounts, sandbox, choice.site)
  if (others.length === 0) return first
  const preferred = candidates.find((a) => a.isDefault)
  if (preferred !== undefined) return preferred
  throw new MeliError(
    'MELI_ACCOUNT_AMBIGUOUS',
    `${candidates.length} accounts match: ${candidates.map(label).join(', ')}`,
    {
      try: [`meli auth switch ${first.nickname}`, `--account ${first.nickname}`],
      details: {accounts: candidates.map((a) => ({user_id: a.userId, nickname: a.nickname, site_id: a.siteId}))},
    },
  )
}

/** By id or by nickname in any case; undefined when there is none. */
export function findAccount(accounts: readonly Account[], idOrNickname: string): Account | undefined {
  const wanted = idOrNickname.trim().toLowerCase()
  return accounts.find((a) => String(a.userId) === wanted) ?? accounts.find((a) => a.nickname.toLowerCase() === wanted)
}

function named(accounts: readonly Account[], wanted: string, sandbox: boolean, site: string | undefined): Account {
  const account = findAccount(accounts, wanted)
  if (account === undefined) {
    const known = ['meli auth status lists the accounts', `meli auth login --expect ${wanted}`]
    throw accountUnknown(wanted, accounts.length === 0 ? ['meli auth login'] : known)
  }
  if (account.isTestUser !== sandbox) throw wrongKind(account.nickname, sandbox)
  if (site !== undefined && account.siteId !== site) {
    throw new MeliError('MELI_ACCOUNT_UNKNOWN', `${account.nickname} belongs to ${account.siteId}, not to ${site}`, {
      try: ['omit --site and MELI_SITE, or name another account'],
    })
  }
  return account
}

function noAccount(accounts: readonly Account[], sandbox: boolean, site: string | undefined): MeliError {
  const where = site === undefined ? '' : ` of ${site}`
  if (sandbox) {
    return new MeliError('MELI_NO_TEST_USER', `no test user${where} is connected`, {
      try: [
        'meli test-users list, and meli auth login --test-user NICK for one that is stored',
        `meli create-test-user --site ${site ?? 'MEC'} --login`,
      ],
    })
  }
  return new MeliError('MELI_NO_ACCOUNT', `no account${where} is connected`, {
    try: ['meli auth login', ...(accounts.some((a) => a.isTestUser) ? ['--sandbox acts as a test user'] : [])],
  })
}

function label(account: Account): string {
  return `${account.nickname} (${account.userId}, ${account.siteId})`
}
