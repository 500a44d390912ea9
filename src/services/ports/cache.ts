/** What is kept of the service here, and how fresh it is. Behind it the store; a shared cache could take its place. */
export interface Cache {
  /** Age of the last complete sync in milliseconds; undefined when there was none, or all was invalidated since. */
  ageMs(scope: {resource: string; userId: number}, now: Date): Promise<number | undefined>
  /** The next run fetches these; returns how many are known. Undefined ids: everything. */
  invalidate(scope: {resource: string; userId: number}, ids: readonly string[] | undefined, at: Date): Promise<number>
}
