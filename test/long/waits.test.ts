import {describe, expect, it} from '@jest/globals'
import {hasTerminals, onTerminal} from '../support/terminal.js'
import {openWorld} from '../support/world.js'

const notice = (seconds: number) =>
  `Mercado Libre limits the requests: waiting ${seconds} s. Press Ctrl-C to stop; finished work is kept`

async function limited({
  seconds,
  after = 0,
  path = '/users/me',
  items = 0,
}: {
  seconds: number
  after?: number
  path?: string
  items?: number
}) {
  const world = await openWorld({items})
  await world.login()
  const headers = {'retry-after': String(seconds)}
  world.emulator.world.faults.add({path, after, times: 1, fault: {type: 'status', status: 429, headers}})
  return world
}

describe('a wait that the service asks for', () => {
  it('is told on stderr, and leaves --json alone', async () => {
    const world = await limited({seconds: 6})
    const {status, stdout, stderr} = await world.run(['api', '/users/me', '--json'])
    expect({status, stderr}).toEqual({status: 0, stderr: `${notice(6)}\n`})
    expect(JSON.parse(stdout)).toMatchObject({status: 200})
  })

  it('ends with Ctrl-C', async () => {
    const world = await limited({seconds: 59})
    const {child, ended} = await world.start(['api', '/users/me'])
    child.stderr.once('data', () => child.kill('SIGINT'))
    const {status, stdout, stderr} = await ended
    expect({status, stdout, stderr}).toEqual({status: 130, stdout: '', stderr: expect.stringContaining(notice(59))})
  })

  it('is told by the next command too, while all wait, and longer ones in the error', async () => {
    const world = await limited({seconds: 3600})
    const {status, stdout} = await world.run(['api', '/users/me', '--json'])
    expect({status, stdout}).toEqual({status: 6, stdout: expect.stringContaining('wait 3600 s, as Mercado Libre asks')})
    const {child, ended} = await world.start(['sync', 'questions'])
    child.stderr.once('data', () => child.kill('SIGINT'))
    expect((await ended).stderr).toContain('Mercado Libre limits the requests: waiting ')
  })

  if (hasTerminals)
    it('takes the place of the live line', async () => {
      const world = await limited({seconds: 6, after: 4, path: '/items/bulk', items: 900})
      world.emulator.world.settings.latency_ms = 40
      const {ended} = await onTerminal(world, ['sync', 'products', '--rate', '1000000', '--concurrency', '2'], {
        columns: 120,
      })
      const {status, frames, lines} = await ended
      expect(status).toBe(0)
      expect(lines[0]).toBe(notice(6))
      expect(lines.filter((line) => line.includes('waiting'))).toHaveLength(1)
      for (const frame of frames) expect(frame).not.toContain('waiting')
    })
})
