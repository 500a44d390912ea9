/** Work that comes round again, such as the sync of a store; shared by all processes that serve one database. */
export interface JobRecord {
  /** `kind:what`, such as `sync:` and the id of a store. */
  name: string
  dueAt: Date
  /** The process that does it now, as `newHolder` names it. */
  holder: string | null
  startedAt: Date | null
  finishedAt: Date | null
  outcome: 'done' | 'failed' | null
  errorCode: string | null
  /** In a row. */
  failures: number
}

/** Table `job`. One method is one atomic step. */
export interface JobStore {
  /**
   * Makes those that are missing, due at `dueAt`, and removes those of this prefix that are not named and that nobody
   * holds. Others stay as they are.
   */
  plan(prefix: string, jobs: ReadonlyArray<{name: string; dueAt: Date}>): Promise<void>
  /** Makes one due at another time; nothing when somebody holds it. */
  reschedule(name: string, dueAt: Date): Promise<void>
  /**
   * Takes the one of this prefix that is due for the longest time, whose lease is free or ran out or whose holder is gone.
   * A holder may have many, and never the same twice.
   */
  claim(request: {prefix: string; holder: string; now: Date; until: Date}): Promise<JobRecord | undefined>
  /** False when somebody else has it: stop. */
  prolong(name: string, holder: string, until: Date): Promise<boolean>
  /** False when somebody else has it: then nothing is written. */
  finish(
    name: string,
    holder: string,
    end: {outcome: 'done' | 'failed'; errorCode: string | null; at: Date; dueAt: Date},
  ): Promise<boolean>
  /** Frees the lease without an end: it is due as before. */
  release(name: string, holder: string): Promise<void>
  /** By name. */
  list(): Promise<JobRecord[]>
  /** When the next one is due that nobody holds; null when there is none. */
  nextDue(): Promise<Date | null>
}
