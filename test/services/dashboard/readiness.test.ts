import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../src/core/errors.js'
import {Readiness} from '../../../src/services/dashboard/readiness.js'

function build() {
  const world = {now: 0, schedule: true, worker: true, probes: 0, failure: undefined as unknown}
  const readiness = new Readiness({
    clock: {now: () => new Date(world.now)},
    probe: async () => {
      world.probes += 1
      if (world.failure !== undefined) throw world.failure
    },
    schedule: {health: () => ({alive: world.schedule})},
    worker: {health: () => ({alive: world.worker})},
  })
  return {readiness, world}
}

describe('a serving process', () => {
  it('is ready when database, schedule and worker do their work', async () => {
    expect(await build().readiness.check()).toEqual({ready: true, reasons: []})
  })

  it('names all that is in the way, and nothing secret', async () => {
    const {readiness, world} = build()
    Object.assign(world, {schedule: false, worker: false})
    world.failure = new MeliError('MELI_STORAGE_FULL', 'no space in /home/ana/secret-folder')
    expect(await readiness.check()).toEqual({
      ready: false,
      reasons: [
        'the database is not working: MELI_STORAGE_FULL',
        'the schedule does not go round',
        'the notification worker does not go round',
      ],
    })
  })

  it('is ready again when the database works again', async () => {
    const {readiness, world} = build()
    world.failure = new Error('unforeseen')
    expect((await readiness.check()).reasons).toEqual(['the database is not working: MELI_UNEXPECTED'])
    world.failure = undefined
    world.now += 2_000
    expect((await readiness.check()).ready).toBe(true)
  })

  it('does not ask the database more often than every two seconds, however often it is asked', async () => {
    const {readiness, world} = build()
    await Promise.all(Array.from({length: 100}, () => readiness.check()))
    world.now += 1_999
    await readiness.check()
    expect(world.probes).toBe(1)
    world.now += 1
    await readiness.check()
    expect(world.probes).toBe(2)
  })

  it('is not ready any more while it shuts down', async () => {
    const {readiness} = build()
    readiness.drain()
    expect(await readiness.check()).toEqual({ready: false, reasons: ['shutting down']})
  })
})
