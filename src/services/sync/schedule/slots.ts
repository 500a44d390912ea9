const dayMs = 24 * 60 * 60_000

/** Between midnight and seven in the morning on every site, which lie three to six hours behind UTC. */
const nightBeginsMs = 6 * 60 * 60_000
const nightMs = 3 * 60 * 60_000

/** A number from 0 to less than 1 that is always the same for a name, and another one for another name. FNV-1a. */
export function phaseOf(name: string): number {
  let hash = 0x811c9dc5
  for (const sign of name) hash = Math.imul(hash ^ (sign.codePointAt(0) ?? 0), 0x01000193)
  // The last signs of a name must reach the high bits too.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32
}

/** The first time after `after` that this name has on a grid of `everyMs`. */
export function nextSlot(name: string, everyMs: number, after: Date): Date {
  const offset = phaseOf(name) * everyMs
  const slots = Math.floor((after.getTime() - offset) / everyMs) + 1
  return new Date(Math.ceil(slots * everyMs + offset))
}

/** The time of the night that this name has, last, at or before `now`. */
export function lastNight(name: string, now: Date): Date {
  const offset = nightBeginsMs + Math.floor(phaseOf(name) * nightMs)
  return new Date(Math.floor((now.getTime() - offset) / dayMs) * dayMs + offset)
}

export function nextNight(name: string, after: Date): Date {
  return new Date(lastNight(name, after).getTime() + dayMs)
}

export function earlier(one: Date, other: Date): Date {
  return one < other ? one : other
}
