import type {AccountStore, LocalName, LocalNames, RecordKind, TestUserStore} from '../../ports/index.js'

export type WordKind = RecordKind | 'account' | 'real_account' | 'test_user' | 'site'

export interface WordValuesDeps {
  sites: readonly {id: string; name: string}[]
  /** Undefined where nothing was stored yet: completing a word makes no database. */
  stored: () => Promise<Stored | undefined>
}

interface Stored {
  accounts: Pick<AccountStore, 'list'>
  testUsers: Pick<TestUserStore, 'list'>
  names: LocalNames
}

/** Longer lists are of no use to a person. */
const most = 100

/** The words that a command line can go on with where it names something. Reads the local database alone. */
export class WordValues {
  constructor(private readonly deps: WordValuesDeps) {}

  async startingWith(kind: WordKind, prefix: string): Promise<LocalName[]> {
    if (kind === 'site') return this.deps.sites.map(({id, name}) => ({value: id, description: name}))
    const stored = await this.deps.stored()
    if (stored === undefined) return []
    if (kind === 'account' || kind === 'real_account') return accountNames(stored.accounts, kind === 'real_account')
    if (kind === 'test_user') return testUserNames(stored.testUsers)
    // Ids are in upper case everywhere, and typed in either.
    return stored.names.startingWith(kind, kind === 'item' ? prefix.toUpperCase() : prefix, most)
  }
}

async function accountNames(accounts: Stored['accounts'], realOnly: boolean): Promise<LocalName[]> {
  const all = await accounts.list()
  return all
    .filter(({isTestUser}) => !(realOnly && isTestUser))
    .map(({nickname, userId, siteId, isTestUser}) => ({
      value: nickname,
      description: `${isTestUser ? 'test user' : 'real account'} ${userId}, ${siteId}`,
    }))
}

async function testUserNames(testUsers: Stored['testUsers']): Promise<LocalName[]> {
  const all = await testUsers.list()
  return all.flatMap(({nickname, siteId, role}) =>
    nickname === null ? [] : [{value: nickname, description: `${role}, ${siteId}`}],
  )
}
