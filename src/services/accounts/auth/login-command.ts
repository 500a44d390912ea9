import type {Account} from '../../ports/index.js'

/** What to type to authorize this account again: with its own site, which need not be the default one. */
export function loginCommand({
  nickname,
  siteId,
  isTestUser,
  userId,
}: Pick<Account, 'nickname' | 'siteId' | 'isTestUser' | 'userId'>): string {
  return `meli auth login --site ${siteId} ${isTestUser ? `--test-user ${nickname}` : `--expect ${userId}`}`
}

/** How to name this account to a command that acts as it. */
export function actAs({nickname, isTestUser}: Pick<Account, 'nickname' | 'isTestUser'>): string {
  return `--account ${nickname}${isTestUser ? ' --sandbox' : ''}`
}
