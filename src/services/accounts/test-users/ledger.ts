import type {TestUser} from '../../ports/index.js'

/** The service keeps ten per account, says nothing about how many are left, and cannot list them. */
const testUserLimit = 10

export interface Quota {
  used: number
  limit: number
}

/** Counts what was made here for an owner, forgotten or not; an intent without an answer may have used up a slot. */
export function quotaOf(users: readonly TestUser[], ownerUserId: number): Quota {
  const used = users.filter((u) => u.ownerUserId === ownerUserId && u.state !== 'failed').length
  return {used, limit: testUserLimit}
}

/** Confirmation codes that the site "sends by e-mail" to a test user are the last digits of its id. */
export function verificationCode(userId: number): string {
  return String(userId).slice(-6)
}
