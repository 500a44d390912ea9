import {expect, it} from '@jest/globals'
import {openWorld} from '../support/world.js'

it('says what is wrong with a shipment id, a file, and one that is not here', async () => {
  const world = await openWorld()
  await world.login()
  const usage = [
    ['label', 'x', '-o', 'a.pdf'],
    ['label', '44000000001'],
    ['label', '44000000001', '-o', '-'],
    ['show', 'x'],
    ['show', '44000000001'],
    ['label', '44000000001', '-o', world.home],
  ]
  for (const args of usage) {
    const {status, stdout} = await world.run(['shipments', ...args, '--json'])
    expect([args, status]).toEqual([args, 2])
    expect(JSON.parse(stdout)).toMatchObject({error: {code: expect.stringMatching(/^MELI_/)}})
  }
  const {status, stdout} = await world.run(['shipments', 'show', '44000000001', '--refresh', '--json'])
  expect([status, JSON.parse(stdout).error.code]).toEqual([5, 'MELI_NOT_FOUND'])
}, 120_000)
