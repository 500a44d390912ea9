/** Who a valid access token speaks for. */
export interface Caller {
  userId: number
  siteId: string
  isTestUser: boolean
  appId: number
  scopes: readonly string[]
  /** Of the account, as far as they change how it sells; none when absent. */
  tags?: readonly string[]
}
