/** How many came to which end. */
export interface KeptAlive {
  refreshed: number
  /** Their time was over: revoked at the service, and removed. */
  ended: number
  /** The service refused their token: the seller took the authorization back. */
  lost: number
  failed: Array<{installation_id: string; code: string}>
}

export interface Ended {
  /** False when the service could not be told, or the seller is connected by another login, which must go on. */
  revoked: boolean
  revokeError: {code: string; message: string} | null
}
