import {describe, expect, it} from '@jest/globals'
import {Gate} from '../../../src/services/sync/engine/gate.js'

/** A gate whose process is as busy as it is told, and what has come in through it. */
class Crowd {
  share = 0
  inside = 0
  readonly listing = {isOpen: false, nextPage: () => new Promise<void>((resolve) => this.pages.push(resolve))}
  private readonly pages: Array<() => void> = []
  private readonly spent = {active: 0, idle: 0}
  private readonly gate: Gate

  constructor(most: number, {measured = true, listing = false, resumed = false} = {}) {
    this.listing.isOpen = listing
    const activity = () => {
      this.spent.active += 200 * this.share
      this.spent.idle += 200 * (1 - this.share)
      return {...this.spent}
    }
    this.gate = new Gate({most, resumed, activity: measured ? activity : undefined, listing: this.listing})
    for (let n = 0; n < 20; n++) void this.come()
  }

  /** One leaves, and comes again. */
  async turn(): Promise<void> {
    this.inside -= 1
    this.gate.leave()
    void this.come()
    await settled()
  }

  async page(): Promise<void> {
    for (const resolve of this.pages.splice(0)) resolve()
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

  it.each([
    [6, false],
    [2, true],
  ])('goes back to %i when the process is busy, and never to none (resumed: %s)', async (fewest, resumed) => {
    const crowd = new Crowd(8, {resumed})
    for (let n = 0; n < 3; n++) await crowd.turn()
    crowd.share = 1
    for (let n = 0; n < 20; n++) await crowd.turn()
    expect(crowd.inside).toBe(fewest)
  })

  it('lets no more in than may be', async () => {
    const crowd = new Crowd(1)
    for (let n = 0; n < 3; n++) await crowd.turn()
    expect(crowd.inside).toBe(1)
  })

  it('lets nobody wait for the listing of a run that nothing has disturbed', async () => {
    const crowd = new Crowd(8, {listing: true})
    crowd.share = 1
    await crowd.turn()
    expect(crowd.inside).toBe(6)
  })

  it('lets one in for four pages of a listing that a busy process reads', async () => {
    const crowd = new Crowd(8, {listing: true, resumed: true})
    crowd.share = 1
    for (let n = 0; n < 3; n++) await crowd.page()
    expect(crowd.inside).toBe(0)
    await crowd.page()
    expect(crowd.inside).toBe(1)
    await crowd.turn()
    expect(crowd.inside).toBe(0)
  })

  it('keeps to the listing while that takes half of the time, and does not begin to for as little', async () => {
    const crowd = new Crowd(8, {listing: true, resumed: true})
    crowd.share = 0.5
    for (let n = 0; n < 3; n++) await crowd.page()
    expect(crowd.inside).toBe(0)
    crowd.share = 0
    await crowd.page()
    crowd.share = 0.5
    for (let n = 0; n < 3; n++) await crowd.turn()
    expect(crowd.inside).toBeGreaterThan(2)
  })

  it('does not wait for a listing that leaves the process idle, or has ended', async () => {
    const idle = new Crowd(8, {listing: true, resumed: true})
    await idle.page()
    expect(idle.inside).toBe(1)
    await idle.turn()
    await idle.turn()
    expect(idle.inside).toBe(8)
    const ended = new Crowd(8, {listing: true, resumed: true})
    ended.share = 1
    ended.listing.isOpen = false
    await ended.page()
    await ended.turn()
    expect(ended.inside).toBe(2)
  })
})
