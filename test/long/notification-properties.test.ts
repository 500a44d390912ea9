import {expect, it} from '@jest/globals'
import {MeliError} from '../../src/core/errors.js'
import {openStore} from '../../src/store/open.js'
import {notificationWorld, type Receiver} from '../support/notification-world.js'
import fc from '../support/properties.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()

const item = fc.integer({min: 1, max: 5}).map((number) => `MEC${number}`)
const step = fc.oneof(
  {weight: 6, arbitrary: fc.record({kind: fc.constant('change' as const), item})},
  // Of what has not arrived yet, any.
  {weight: 8, arbitrary: fc.record({kind: fc.constant('deliver' as const), which: fc.nat()})},
  {weight: 2, arbitrary: fc.record({kind: fc.constant('again' as const), which: fc.nat()})},
  {weight: 3, arbitrary: fc.record({kind: fc.constant('pass' as const), ms: fc.integer({min: 1, max: 90_000})})},
  {weight: 2, arbitrary: fc.record({kind: fc.constant('slow' as const), ms: fc.integer({min: 0, max: 120_000})})},
  {weight: 2, arbitrary: fc.record({kind: fc.constant('fail' as const), times: fc.integer({min: 1, max: 4})})},
  {weight: 1, arbitrary: fc.record({kind: fc.constant('lose' as const)})},
  {weight: 2, arbitrary: fc.record({kind: fc.constant('refuse' as const), item, status: fc.constantFrom(500, 200)})},
  {weight: 2, arbitrary: fc.record({kind: fc.constant('crash' as const)})},
)

it('ends with the catalogue as the service has it, and each notification done or parked, whatever happens on the way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, {maxLength: 60}), async (steps) => {
      const store = await openStore({home: newHome()})
      const world = await notificationWorld(store, {pollMs: 60_000})
      const {clock, service, body, price, states} = world
      const receivers: Receiver[] = [world.start(1)]
      const alive = () => receivers.at(-1) as Receiver
      const undelivered: Array<ReturnType<typeof body>> = []
      const accepted: Array<ReturnType<typeof body>> = []

      /** As the service: what is not answered is sent again. */
      const deliver = async (which: number) => {
        const [told] = undelivered.splice(which % Math.max(1, undelivered.length), 1)
        if (told === undefined) return
        let outcome: string | undefined
        alive()
          .intake.receive(told)
          .then((answer) => {
            outcome = answer
          })
          .catch(() => undefined)
        await clock.advance(0)
        if (outcome === undefined) undelivered.push(told)
        else accepted.push(told)
      }
      const perform: Record<string, (given: never) => Promise<unknown> | unknown> = {
        change: ({item: id}: {item: string}) =>
          undelivered.push(
            body(`${id}-${service.change(id)}`, id, service.versions.size % 2 === 0 ? 'items' : 'items prices'),
          ),
        deliver: ({which}: {which: number}) => deliver(which),
        again: ({which}: {which: number}) => {
          const told = accepted[which % Math.max(1, accepted.length)]
          if (told !== undefined) undelivered.push(told)
        },
        pass: ({ms}: {ms: number}) => clock.advance(ms),
        slow: ({ms}: {ms: number}) => {
          service.latencyMs = ms
        },
        fail: ({times}: {times: number}) => {
          for (let n = 0; n < times; n += 1) service.failures.push(new MeliError('MELI_SERVICE_FAILING', 'broken'))
        },
        lose: () => service.failures.push(new MeliError('MELI_AUTHORIZATION_LOST', 'log in')),
        refuse: ({item: id, status}: {item: string; status: number}) =>
          status === 200 ? service.refusals.delete(id) : service.refusals.set(id, status),
        crash: () => {
          alive().kill()
          service.forget()
          receivers.push(world.start(receivers.length + 1))
        },
      }
      for (const given of steps) await perform[given.kind]?.(given as never)

      while (undelivered.length > 0) await deliver(0)
      await clock.advance(4 * 3_600_000)
      const ends = await states()
      expect(ends.filter((state) => state !== 'done' && state !== 'parked')).toEqual([])
      expect(service.overlaps).toEqual([])
      const arrivals = await store.inbox.arrivals(0, 10_000)
      expect(new Set(arrivals.map(({notificationId}) => notificationId))).toEqual(new Set(accepted.map(({_id}) => _id)))

      service.refusals.clear()
      service.failures.splice(0)
      await store.inbox.replay({}, clock.now())
      await clock.advance(3_600_000)
      expect(new Set(await states())).toEqual(new Set(ends.length > 0 ? ['done'] : []))
      for (const [id, version] of service.versions) expect([id, await price(id)]).toEqual([id, String(version)])
      for (const receiver of receivers) receiver.stop.abort()
      await clock.advance(0)
      await store.close()
    }),
    {numRuns: 30},
  )
})
