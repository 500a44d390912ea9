import {afterEach, beforeEach, expect, it} from '@jest/globals'
import {Follow, type FollowedNotification} from '../../../src/services/notifications/follow.js'
import type {Store} from '../../../src/services/ports/index.js'
import {openStore} from '../../../src/store/open.js'
import {AlarmClock} from '../../support/alarm-clock.js'
import {minutes, noon, seller} from '../../support/store-contract.js'
import {notification} from '../../support/store-contract-notifications.js'
import {tempHomes} from '../../support/temp-home.js'

const newHome = tempHomes()
let store: Store
const clock = new AlarmClock(noon)

beforeEach(async () => {
  store = await openStore({home: newHome()})
})
afterEach(() => store.close())

const accept = (changes: Parameters<typeof notification>[0], at = noon) =>
  store.inbox.accept([{notification: notification(changes), waits: true}], at)

/** Follows until it is stopped; `seen` and `bodies` fill. */
function following({status = 200 as number | null} = {}) {
  const stop = new AbortController()
  const [seen, bodies]: [FollowedNotification[], unknown[]] = [[], []]
  const forwarder = {
    forward: async (body: string) => {
      bodies.push(JSON.parse(body))
      return {status, error: status === null ? 'ECONNREFUSED' : null, ms: 3}
    },
  }
  const run = async () => {
    for await (const each of new Follow({inbox: store.inbox, clock, forwarder}).run(stop.signal)) seen.push(each)
  }
  return {seen, bodies, stop, ended: run()}
}

it('passes on each that comes from now on, in order, as the service sends it', async () => {
  await accept({id: 'before'})
  const {seen, bodies, stop, ended} = following()
  await clock.advance(0)
  await accept({id: 'a', resource: '/items/MEC1'}, minutes(1))
  await accept({id: 'b', resource: '/items/MEC1', actions: ['created']}, minutes(2))
  await accept({id: '~made-here', resource: '/items/MEC2', sent_at: null}, minutes(3))
  await clock.advance(250)
  stop.abort()
  await clock.advance(0)
  await ended
  expect(bodies).toEqual([
    {
      ...{_id: 'a', resource: '/items/MEC1', user_id: seller, topic: 'items', application_id: 4242, attempts: 1},
      ...{sent: noon.toISOString(), received: minutes(1).toISOString()},
    },
    expect.objectContaining({_id: 'b', resource: '/items/MEC1', received: minutes(2).toISOString()}),
    expect.not.objectContaining({_id: expect.anything()}),
  ])
  expect(seen.map(({notification_id}) => notification_id)).toEqual(['a', 'b', null])
  expect(seen[0]).toMatchObject({topic: 'items', user_id: seller, forward: {status: 200, error: null, ms: 3}})
})

it('goes on when nobody answers', async () => {
  const {seen, stop, ended} = following({status: null})
  await clock.advance(0)
  for (const id of ['a', 'b']) await accept({id})
  await clock.advance(250)
  stop.abort()
  await clock.advance(0)
  await ended
  expect(seen.map(({forward}) => forward?.error)).toEqual(['ECONNREFUSED', 'ECONNREFUSED'])
})
