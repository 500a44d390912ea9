import {beforeAll, expect, it} from '@jest/globals'
import {ensureBuilt} from '../support/build-once.js'
import {answerForOther, sentAs} from '../support/other-users-grant.js'
import {openWorld} from '../support/world.js'

beforeAll(ensureBuilt)

it('a write under way ends, and does not go out, when its token is answered with those of another account', async () => {
  const world = await openWorld()
  const {nickname, user_id: userId} = await world.login()
  const {catalogue, faults, requests} = world.emulator.world
  const fields = {title: 'Sombrero', price: 10, available_quantity: 5, condition: 'new'}
  const {id} = catalogue.create({userId, siteId: 'MEC', isTestUser: false}, fields)
  const other = answerForOther(world.emulator)
  faults.add({method: 'PUT', path: '/items/*', fault: {type: 'status', status: 401, body: {message: 'invalid token'}}})

  const set = await world.run(['price', 'set', id, '12', `--live=${nickname}`, '--json'])
  const {error} = JSON.parse(set.stdout)
  expect([set.status, error.code]).toEqual([4, 'MELI_GRANT_MISMATCH'])
  expect(error.message).toContain(`${nickname} (${userId}) with the tokens of account ${other.userId}`)
  expect(requests.list().filter(({method}) => method === 'PUT')).toHaveLength(1)
  expect(sentAs(world.emulator, other.userId)).toEqual([])
  for (const secret of [other.accessToken, other.refreshToken]) expect(set.stdout + set.stderr).not.toContain(secret)

  const list = await world.run(['installs', 'list'])
  expect(list.stdout).toContain(`account ${other.userId}`)
  expect(list.stdout).toContain('nothing was sent with them')
  const [discard = ''] = error.suggestions.filter((line: string) => line.includes('discard'))
  const dropped = await world.run(discard.replace(/^.*meli /, '').split(' '))
  expect(dropped).toMatchObject({status: 0, stdout: expect.stringContaining(`account ${other.userId} are wiped here`)})
  expect(sentAs(world.emulator, other.userId)).toEqual([])
  expect((await world.run(['installs', 'list'])).stdout).toContain('No seller waits')
}, 60_000)
