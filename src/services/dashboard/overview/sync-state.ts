import type {SyncOutcome} from '../../ports/index.js'

export type SyncState = SyncOutcome | 'running' | 'never'

/** What the state of a sync is judged by. */
export interface Judge {
  now: Date
  /** Whether the holder of a lease may still be at work. */
  isAlive: (holder: string) => boolean
  /** Undefined where nothing is synced by itself. */
  syncEveryMs?: number | undefined
}
