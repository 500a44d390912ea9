/** Work that comes round again, such as the sync of a store; shared by all processes that serve one database. */
export interface JobRecord {
  name: string
  dueAt: Date
  holder: string | null
  startedAt: Date | null
  finishedAt: Date | null
  outcome: 'done' | 'failed' | null
  errorCode: string | null
  /** In a row. */
  failures: number
}

/** Table `job`. */
export interface JobStore {
  /** Makes those that are missing, due at `dueAt`, and removes those of this prefix that are not named. Others stay as they are. */
  plan(prefix: string, jobs: ReadonlyArray<{name: string; dueAt: Date}>): Promise<void>
  /** Takes the one that is due for the longest time, whose lease is free or ran out or whose holder is gone. */
  claim(request: {holder: string; now: Date; until: Date}): Promise<JobRecord | undefined>
  prolong(name: string, holder: string, until: Date): Promise<boolean>
  finish(
    name: string,
    holder: string,
    end: {outcome: 'done' | 'failed'; errorCode: string | null; at: Date; dueAt: Date},
  ): Promise<boolean>
  /** Frees the lease without an end: it is due as before. */
  release(name: string, holder: string): Promise<void>
  list(): Promise<JobRecord[]>
  /** When the next one is due that nobody holds; null when there is none. */
  nextDue(): Promise<Date | null>
}
