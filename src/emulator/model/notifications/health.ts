import type {Settings} from '../settings.js'

/** Of so many attempts in a row this part has to fail. */
const tooOften = 0.9

/** How a receiver did of late, by application and topic. */
export class Health {
  private readonly recent = new Map<string, {at: number; ok: boolean}[]>()

  /**
   * Notes an attempt; true when the topic is to be switched off. That slow and failing receivers lose their topics is
   * documented, from when on is not (docs/mercadolibre.md, section 10).
   */
  note(
    {appId, topic}: {appId: number; topic: string},
    {at, ok}: {at: number; ok: boolean},
    {switch_off_after: switchOffAfter, switch_off_span_ms: switchOffSpanMs}: Settings,
  ): boolean {
    if (switchOffAfter === null) return false
    const key = `${appId} ${topic}`
    const attempts = this.recent.get(key) ?? []
    this.recent.set(key, attempts)
    attempts.push({at, ok})
    while (attempts.length > switchOffAfter) attempts.shift()
    const [first] = attempts
    if (ok || first === undefined || attempts.length < switchOffAfter) return false
    const failed = attempts.filter((attempt) => !attempt.ok).length
    return failed >= switchOffAfter * tooOften && at - first.at >= switchOffSpanMs
  }

  /** A topic begins anew. */
  forget(appId: number): void {
    for (const key of this.recent.keys()) if (key.startsWith(`${appId} `)) this.recent.delete(key)
  }

  clear(): void {
    this.recent.clear()
  }
}
