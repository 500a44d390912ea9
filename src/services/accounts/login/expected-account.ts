import type {AccountStore, TestUserStore} from '../../ports/index.js'

export interface KnownPeople {
  accounts: Pick<AccountStore, 'list'>
  testUsers: Pick<TestUserStore, 'list'>
}

/** Whom an `--expect` means. A nickname is turned into an id when we have met it; otherwise only /users/me can tell. */
export async function expectedId(expect: string, {accounts, testUsers}: KnownPeople): Promise<number | undefined> {
  if (/^\d+$/.test(expect)) return Number(expect)
  const known = [...(await accounts.list()), ...(await testUsers.list())]
  return known.find((a) => a.nickname?.toLowerCase() === expect.toLowerCase())?.userId ?? undefined
}
