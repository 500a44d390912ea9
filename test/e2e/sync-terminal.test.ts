import {describe, expect, it} from '@jest/globals'
import {hasTerminals, onTerminal} from '../support/terminal.js'
import {openWorld} from '../support/world.js'

const timeout = 60_000
const slowly = ['sync', 'products', '--rate', '1000000', '--concurrency', '2']

async function shop(items: number) {
  const world = await openWorld({items})
  await world.login()
  world.emulator.world.settings.latency_ms = 40
  return world
}

if (hasTerminals)
  describe('a sync on a terminal', () => {
    it.each([60, 80, 120])(
      'draws one line over and over, and takes it away before the summary: %i columns',
      async (columns) => {
        const world = await shop(900)
        const {ended} = await onTerminal(world, slowly, {columns})
        const {status, frames, lines, overlong} = await ended
        expect(status).toBe(0)
        expect(frames.length).toBeGreaterThan(2)
        const words = columns === 60 ? 0 : frames.length
        expect(frames.filter((frame) => / of 900 products /.test(frame)).length).toBeGreaterThanOrEqual(words)
        for (const frame of frames) {
          expect(frame).toMatch(/^[\d,]+( of 900 products|\/900) \(\d+%\), /)
          expect(frame).toMatch(/(\d+\/s|listing), \d+ req(uests?)?(, \d+ (s|min) left)?$/)
          // The last column stays free.
          expect(frame.length).toBeLessThan(columns)
        }
        const done = frames.map((frame) => Number.parseInt(frame, 10))
        expect(done).toEqual([...done].sort((a, b) => a - b))
        expect(lines).toEqual([
          expect.stringMatching(/^✓ 900 products of \w+ \(\d+\) synced$/),
          '  900 created, 0 updated, 0 unchanged, 0 removed',
          '  full run: there is no complete run to begin from',
          expect.stringMatching(/^ {2}\d+ requests, [\d.]+ s$/),
        ])
        expect(overlong).toEqual([])
      },
      timeout,
    )

    it(
      'counts what the service limits',
      async () => {
        const world = await shop(900)
        world.emulator.world.faults.add({path: '/items/bulk', after: 4, fault: {type: 'rate-limit'}})
        const {ended} = await onTerminal(world, slowly, {columns: 80})
        const {status, frames, lines} = await ended
        expect(status).toBe(0)
        expect(frames.at(-1)).toContain(', 1 limited')
        expect(lines.at(-1)).toMatch(/requests, 1 retry, 1 limited, /)
      },
      timeout,
    )

    it(
      'has colours, unless they are not wanted',
      async () => {
        const world = await shop(45)
        const start = '\u001b'
        const colour = new RegExp(`${start}\\[[\\d;]*m`)
        const {raw} = await (await onTerminal(world, ['sync', 'products'], {columns: 80})).ended
        expect(raw).toMatch(colour)
        const plain = {NO_COLOR: '1'}
        const without = await (await onTerminal(world, ['sync', 'products', '--full'], {columns: 80, env: plain})).ended
        expect([without.status, without.lines[0]]).toEqual([0, expect.stringMatching(/^✓ 45 products/)])
        expect(without.raw).not.toMatch(colour)
      },
      timeout,
    )

    it(
      'writes no line that a dumb terminal could not take back',
      async () => {
        const world = await shop(450)
        const {ended} = await onTerminal(world, slowly, {columns: 80, env: {TERM: 'dumb'}})
        const {status, raw, frames} = await ended
        expect([status, frames]).toEqual([0, []])
        expect(raw).not.toContain('\u001b')
      },
      timeout,
    )

    it(
      'takes the line away on Ctrl-C, and says that what was done is kept',
      async () => {
        const world = await shop(900)
        const {type, shows, ended} = await onTerminal(world, slowly, {columns: 80})
        await shows(/ of 900 products/)
        type('\u0003')
        const {status, lines} = await ended
        expect(status).toBe(130)
        expect(lines.at(-1)).not.toMatch(/of 900 products/)
        expect(lines.some((line) => /MELI_INTERRUPTED/.test(line))).toBe(true)
        world.emulator.world.settings.latency_ms = 0
        expect(await world.json(['sync', 'products'])).toMatchObject({resumed: true, complete: true})
      },
      timeout,
    )
  })
