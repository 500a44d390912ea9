import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {createCommandRunner} from '../../src/app/command-runner.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meli-shell-'))
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

describe('a command of the user', () => {
  it('gets its input and the environment that is given, and none of our secrets', async () => {
    const file = join(folder, 'seen')
    process.env.MELI_CLIENT_SECRET = 's3cret'
    try {
      const runner = createCommandRunner({env: {PATH: process.env.PATH, PLACE: file, UNSET: undefined}})
      expect(await runner.run('{ cat; env; } > "$PLACE"', 'TG-1\n')).toBe(0)
    } finally {
      delete process.env.MELI_CLIENT_SECRET
    }
    const seen = readFileSync(file, 'utf8')
    expect(seen).toMatch(/^TG-1\n/)
    expect(seen).not.toContain('s3cret')
  })

  it('need not read its input, and its status is told', async () => {
    const runner = createCommandRunner({env: {PATH: process.env.PATH}})
    expect(await runner.run('exit 3', 'x'.repeat(1_000_000))).toBe(3)
    expect(await runner.run('no-such-command-anywhere 2>/dev/null', '')).toBe(127)
    expect(await runner.run('kill -9 $$', '')).toBe(1)
  })
})
