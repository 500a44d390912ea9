import {describe, expect, it} from '@jest/globals'
import {ConcurrencyLimiter} from '../../../src/services/sync/concurrency.js'

/** A gate whose process is as busy as it is told, and what has come in through it. */
class Crowd {
  share = 0
  inside = 0
  private readonly spent = {active: 0, idle: 0}
  private readonly gate: ConcurrencyLimiter

  constructor(most: number, {measured = true} = {}) {
    const activity = () => {
      this.spent.active += 200 * this.share
      this.spent.idle += 200 * (1 - this.share)
      return {...this.spent}
    }
    this.gate = new ConcurrencyLimiter({most, activity: measured ? activity : undefined})
    for (let n = 0; n < 20; n++) void this.come()
  }

  /** One leaves, and comes again. */
  async turn(): Promise<void> {
    this.inside -= 1
    this.gate.leave()
    void this.come()
    await settled()
  }

  private async come(): Promise<void> {
    await this.gate.enter()
    this.inside += 1
  }
}

const settled = () => new Promise(setImmediate)

describe('the gate of the fetchers', () => {
  it('lets in as many as may be when nobody measures', async () => {
    const crowd = new Crowd(8, {measured: false})
    await settled()
    expect(crowd.inside).toBe(8)
  })

  it('lets in six at first, and soon all while the process has time', async () => {
    const crowd = new Crowd(8)
    await settled()
    expect(crowd.inside).toBe(6)
    await crowd.turn()
    await crowd.turn()
    expect(crowd.inside).toBe(8)
    await crowd.turn()
    expect(crowd.inside).toBe(8)
  })

  it('goes back to six when the process is busy, and never to none', async () => {
    const crowd = new Crowd(8)
    for (let n = 0; n < 3; n++) await crowd.turn()
    crowd.share = 1
    for (let n = 0; n < 20; n++) await crowd.turn()
    expect(crowd.inside).toBe(6)
  })

  it('lets no more in than may be', async () => {
    const crowd = new Crowd(1)
    for (let n = 0; n < 3; n++) await crowd.turn()
    expect(crowd.inside).toBe(1)
  })
})
