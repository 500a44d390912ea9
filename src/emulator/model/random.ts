/**
 * A small deterministic generator (mulberry32): the same seed gives the same ids, tokens and catalogues on every machine.
 * For tests only; nothing here is secret.
 */
export class Random {
  private state: number

  constructor(seed: number) {
    this.state = seed >>> 0
  }

  /** A float in [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = this.state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  /** An integer from `min` to `max`, both included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.integer(0, values.length - 1)] ?? values[0]
  }

  hex(length: number): string {
    let text = ''
    while (text.length < length) text += this.integer(0, 15).toString(16)
    return text
  }

  /** The state of the sequence, from which `import` continues. */
  export(): number {
    return this.state
  }

  import(state: number): void {
    this.state = state >>> 0
  }
}
