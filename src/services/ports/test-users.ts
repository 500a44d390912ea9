export type TestUserRole = 'seller' | 'buyer'
/**
 * `intended`: asked for, answer never stored, so a slot may be used up. `failed`: refused, no slot used. `forgotten`: its
 * password was wiped here, and the service, which deletes none, still counts it.
 */
export type TestUserState = 'intended' | 'created' | 'failed' | 'forgotten'

export interface TestUser {
  /** Of the intent row, a UUID. */
  intentId: string
  /** The real account whose quota it counts against; null for an adopted one whose owner is unknown. */
  ownerUserId: number | null
  userId: number | null
  nickname: string | null
  siteId: string
  role: TestUserRole
  siteStatus: string | null
  state: TestUserState
  createdAt: Date
}

export interface TestUserCredentials {
  userId: number
  nickname: string
  password: string
  siteStatus: string | null
}

/** Table `test_user`. Passwords are sealed. */
export interface TestUserStore {
  intend(intent: {ownerUserId: number; siteId: string; role: TestUserRole; at: Date}): Promise<string>
  complete(intentId: string, credentials: TestUserCredentials, at: Date): Promise<void>
  fail(intentId: string, at: Date): Promise<void>
  /** For users made elsewhere. Replaces what is stored under the same user id. */
  adopt(
    user: TestUserCredentials & {ownerUserId: number | null; siteId: string; role: TestUserRole; at: Date},
  ): Promise<void>
  /** Oldest first, intents and forgotten ones included. */
  list(): Promise<TestUser[]>
  /** By nickname (case-insensitive) or user id. Opens the seal. */
  reveal(nicknameOrId: string): Promise<(TestUser & TestUserCredentials) | undefined>
  /**
   * By nickname, user id or intent id; false when there is none. Wipes the password, and keeps the row as `forgotten` while
   * it fills somebody's quota: for 60 days. Anything else goes altogether.
   */
  forget(nicknameOrId: string, at: Date): Promise<boolean>
}
