/** How many came to which end. */
export interface KeptAlive {
  refreshed: number
  /** Their time was over: revoked at the service, and removed. */
  ended: number
  /** Removed, because the service refused their token; each with what the journal knows of it. */
  lost: KeptError[]
  failed: KeptError[]
}

export interface KeptError {
  installation_id: string
  code: string
  message: string
}

export interface Ended {
  /** False when the service could not be told, or the seller is connected by another login, which must go on. */
  revoked: boolean
  revokeError: {code: string; message: string} | null
}
