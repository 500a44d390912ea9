/** Most ids are the letters of a site and a number; so many ways to begin are known by a byte. */
const mostBeginnings = 255
const odd = 0
const none = -1

/**
 * Ids in the order of their coming, each with its place from 0. Numbers in typed arrays: a million ids take some twenty
 * megabytes, where a map of strings takes more than a hundred. What does not end with a number is kept as it is.
 */
export class IdPlaces {
  size = 0
  private numbers = new Float64Array(1024)
  /** Index into `beginnings`, or `odd`. */
  private kinds = new Uint8Array(1024)
  private readonly beginnings: string[] = ['']
  private readonly kindOf = new Map<string, number>()
  private readonly oddPlaces = new Map<string, number>()
  private readonly oddIds = new Map<number, string>()
  /** Places by hash, with the next free slot for what falls together; never more than half full. */
  private slots = new Int32Array(2048).fill(none)

  /** Undefined when the id is not here. */
  of(id: string): number | undefined {
    const [beginning, number] = split(id)
    const kind = number === undefined ? odd : (this.kindOf.get(beginning) ?? odd)
    if (number === undefined || kind === odd) return this.oddPlaces.get(id)
    const place = this.slots[this.slotOf(kind, number)] ?? none
    return place === none ? undefined : place
  }

  /** An id that is not here yet; gives its place. */
  add(id: string): number {
    this.makeRoom()
    const place = this.size++
    const [beginning, number] = split(id)
    const kind = number === undefined ? odd : this.kindFor(beginning)
    if (number === undefined || kind === odd) {
      this.oddPlaces.set(id, place)
      this.oddIds.set(place, id)
      return place
    }
    this.kinds[place] = kind
    this.numbers[place] = number
    this.slots[this.slotOf(kind, number)] = place
    return place
  }

  at(place: number): string {
    return this.oddIds.get(place) ?? `${this.beginnings[this.kinds[place] ?? odd]}${this.numbers[place]}`
  }

  private kindFor(beginning: string): number {
    const known = this.kindOf.get(beginning)
    if (known !== undefined) return known
    if (this.beginnings.length > mostBeginnings) return odd
    this.kindOf.set(beginning, this.beginnings.length)
    return this.beginnings.push(beginning) - 1
  }

  /** Of this id, or the free one where it belongs. */
  private slotOf(kind: number, number: number): number {
    const mask = this.slots.length - 1
    const high = Math.floor(number / 2 ** 32)
    let slot = Math.imul(Math.imul(number | 0, 0x9e3779b1) ^ (high + kind * 0x10001), 0x85ebca6b) >>> 7
    for (; ; slot++) {
      const place = this.slots[slot & mask] ?? none
      if (place === none || (this.numbers[place] === number && this.kinds[place] === kind)) return slot & mask
    }
  }

  private makeRoom(): void {
    if (this.size < this.numbers.length) return
    this.numbers = twice(this.numbers, Float64Array)
    this.kinds = twice(this.kinds, Uint8Array)
    this.slots = new Int32Array(2 * this.numbers.length).fill(none)
    for (let place = 0; place < this.size; place++) {
      const kind = this.kinds[place] ?? odd
      if (kind !== odd) this.slots[this.slotOf(kind, this.numbers[place] ?? 0)] = place
    }
  }
}

type Numbers = Float64Array | Uint32Array | Uint8Array

/** The same numbers with as much room behind them. */
export function twice<A extends Numbers>(numbers: A, Kind: new (length: number) => A): A {
  const more = new Kind(2 * numbers.length)
  more.set(numbers)
  return more
}

/** What it begins with and the number at its end, which has no zero in front: both together are the id again. */
function split(id: string): [beginning: string, number: number | undefined] {
  const [, beginning = '', digits] = /^(.*?)([1-9]\d{0,14})$/s.exec(id) ?? []
  return [beginning, digits === undefined ? undefined : Number(digits)]
}
