/** The process that runs: what the journal says of it, and names for the leases that it takes. */
export interface ThisProcess {
  pid: number
  host: string
  /** A name that no other process has, nor any other lease of this one. It tells others how long the lease lasts, when given. */
  newHolder(leaseMs?: number): string
}
