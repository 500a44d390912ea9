import type {AccountStore} from '../ports/index.js'
import {accountUnknown} from './auth/account-errors.js'
import {findAccount} from './auth/choose-account.js'

export interface SwitchResult {
  user_id: number
  nickname: string
  site_id: string
  is_test_user: boolean
}

/** Makes an account the default of its kind: real accounts and test users have a default each. */
export async function switchAccount(
  accounts: Pick<AccountStore, 'list' | 'setDefault'>,
  idOrNickname: string,
): Promise<SwitchResult> {
  const account = findAccount(await accounts.list(), idOrNickname)
  if (account === undefined) throw accountUnknown(idOrNickname)
  await accounts.setDefault(account.userId)
  return {
    user_id: account.userId,
    nickname: account.nickname,
    site_id: account.siteId,
    is_test_user: account.isTestUser,
  }
}
