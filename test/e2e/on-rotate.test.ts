import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from '@jest/globals'
import {openWorld} from '../support/world.js'

describe('auth refresh --on-rotate', () => {
  it('lets the command finish when a signal comes, and leaves with its result', async () => {
    const world = await openWorld()
    await world.login()
    const [begun, go, kept] = ['begun', 'go', 'kept'].map((name) => join(world.home, name))
    const command = `touch '${begun}'; while [ ! -e '${go}' ]; do sleep 0.05; done; cat > '${kept}'`
    const {child, ended} = await world.start(['auth', 'refresh', '--json', '--on-rotate', command])
    while (!existsSync(String(begun))) await new Promise(setImmediate)
    child.kill('SIGTERM')
    // While another program starts and ends, the signal has long arrived.
    await world.run(['--version'])
    writeFileSync(String(go), '')
    const {status, stdout} = await ended
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({refreshed: true, on_rotate: 0})
    expect(readFileSync(String(kept), 'utf8')).toMatch(/^TG-\w+-\d+\n$/)
  }, 60_000)
})
