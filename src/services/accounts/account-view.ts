import type {Account} from '../ports/index.js'

/** An account as commands print it: everything but its secrets. */
export interface AccountView {
  user_id: number
  nickname: string
  email: string | null
  site_id: string
  is_test_user: boolean
  is_default: boolean
  /** `valid`: time is left; `expired`: refreshed by itself on the next use; `invalid`: log in again. */
  token: 'valid' | 'expired' | 'invalid'
  expires_at: string
  scope: string
  store_id: string
  client_id: string
}

export function accountView(account: Account, now: Date): AccountView {
  return {
    user_id: account.userId,
    nickname: account.nickname,
    email: account.email,
    site_id: account.siteId,
    is_test_user: account.isTestUser,
    is_default: account.isDefault,
    token: tokenState(account, now),
    expires_at: account.expiresAt.toISOString(),
    scope: account.scope,
    store_id: account.storeId,
    client_id: account.clientId,
  }
}

function tokenState(account: Account, now: Date): AccountView['token'] {
  if (account.status === 'invalid') return 'invalid'
  return account.expiresAt.getTime() > now.getTime() ? 'valid' : 'expired'
}
