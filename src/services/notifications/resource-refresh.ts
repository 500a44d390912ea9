import type {NotificationWork} from '../ports/index.js'
import type {Ending, KindRefresh} from './ending.js'
import {type ResourceKind, targetOf} from './topics.js'

/** Brings up to date what notifications name, each kind in its own way, and nothing else. */
export class ResourceRefresh {
  constructor(private readonly kinds: Readonly<Record<ResourceKind, KindRefresh>>) {}

  /** How each of these works of one seller ended. What fails for one kind leaves the others alone. */
  async refresh(userId: number, works: readonly NotificationWork[], signal: AbortSignal): Promise<Map<number, Ending>> {
    const groups = new Map<ResourceKind, Map<number, string>>()
    for (const work of works) {
      const target = targetOf(work)
      // Stored by another version of the program: nobody here looks after it.
      if (target === undefined) continue
      const group = groups.get(target.kind) ?? new Map<number, string>()
      groups.set(target.kind, group.set(work.id, target.id))
    }
    const endings = new Map<number, Ending>()
    await Promise.all(
      [...groups].map(async ([kind, idOf]) => {
        const ended = await this.group(kind, userId, [...new Set(idOf.values())], signal)
        for (const [work, id] of idOf) endings.set(work, ended(id))
      }),
    )
    return endings
  }

  private async group(kind: ResourceKind, userId: number, ids: readonly string[], signal: AbortSignal) {
    try {
      const endings = await this.kinds[kind].refresh(userId, ids, signal)
      return (id: string): Ending => endings.get(id) ?? {}
    } catch (error) {
      return (): Ending => ({error})
    }
  }
}
