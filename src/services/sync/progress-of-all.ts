import type {Clock} from '../ports/index.js'
import type {SyncProgress} from './product-sync.js'

/** One store's share in it. */
export interface PartProgress {
  update: (progress: SyncProgress) => void
  end: () => void
}

type Part = {begunAt: number; toldAt: number; last: SyncProgress | undefined}

/** The progress of several stores as that of one. */
export class ProgressOfAll {
  private readonly parts: Part[] = []
  private readonly begunAt: number
  private done = 0

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly stores: number,
    private readonly tell: ((progress: SyncProgress) => void) | undefined,
  ) {
    this.begunAt = this.now()
  }

  begin(): PartProgress {
    const part: Part = {begunAt: this.now(), toldAt: this.now(), last: undefined}
    this.parts.push(part)
    return {
      update: (progress) => {
        Object.assign(part, {toldAt: this.now(), last: progress})
        this.tell?.(this.sum())
      },
      end: () => {
        this.done += 1
      },
    }
  }

  private sum(): SyncProgress {
    const of = (key: 'listed' | 'fetched' | 'total' | 'requests' | 'rateLimited' | 'retries') =>
      this.parts.reduce((sum, {last}) => sum + (last?.[key] ?? 0), 0)
    return {
      listed: of('listed'),
      fetched: of('fetched'),
      total: of('total'),
      requests: of('requests'),
      rateLimited: of('rateLimited'),
      retries: of('retries'),
      perSecond: this.perSecond(),
      accounts: {done: Math.min(this.done, this.stores), begun: this.parts.length, of: this.stores},
    }
  }

  /** On average since the first began: what each has settled by now, whether it has ended or not. */
  private perSecond(): number {
    const settled = this.parts.reduce(
      (sum, {begunAt, toldAt, last}) => sum + (last?.perSecond ?? 0) * (toldAt - begunAt),
      0,
    )
    return settled / Math.max(1, this.now() - this.begunAt)
  }

  private now(): number {
    return this.clock.now().getTime()
  }
}
