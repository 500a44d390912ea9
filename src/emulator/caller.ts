/** Who a valid access token speaks for. */
export interface Caller {
  userId: number
  siteId: string
  isTestUser: boolean
  appId: number
  scopes: readonly string[]
}
