import {SimClock} from './sim-clock.js'

/** What a process that was killed runs into: nothing that it does has an effect any more. */
class Killed extends Error {}

/**
 * A process whose every step can be the last one. A step is a call to the world outside: before it nothing of it has
 * happened, after it all of it has, though the answer may be lost.
 */
export class Process {
  private steps = 0
  private dead = false
  private readonly interrupted = new AbortController()
  private readonly events = new Map<number, Array<() => void>>()

  constructor(
    readonly holder: string,
    readonly clock: SimClock = new SimClock(),
  ) {}

  get signal(): AbortSignal {
    return this.interrupted.signal
  }

  get isAlive(): boolean {
    return !this.dead
  }

  /** How many steps it has taken. */
  get age(): number {
    return this.steps
  }

  at(step: number, event: () => void): void {
    this.events.set(step, [...(this.events.get(step) ?? []), event])
  }

  kill(): void {
    this.dead = true
  }

  interrupt(reason: unknown): void {
    this.interrupted.abort(reason)
  }

  async step(): Promise<void> {
    this.steps += 1
    this.clock.advance(20)
    for (const event of this.events.get(this.steps) ?? []) event()
    await null
    if (this.dead) throw new Killed('killed')
  }

  /** The same thing, reached by this process. */
  reach<O extends object>(target: O): O {
    return new Proxy(target, {
      get: (object, key) => {
        const value: unknown = Reflect.get(object, key)
        if (typeof value !== 'function') return value
        return async (...args: unknown[]) => {
          await this.step()
          const result: unknown = await value.apply(object, args)
          await this.step()
          return result
        }
      },
    })
  }
}
