import {readdirSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from '@jest/globals'
import type {CliResult} from '../support/cli.js'
import {openWorld, type World} from '../support/world.js'

/** Every secret that the emulator has handed out so far, or was told. */
async function secretsOf({emulator}: World): Promise<string[]> {
  const text = await (await fetch(`${emulator.url}/_emulator/state`)).text()
  const tokens = text.match(/(?:APP_USR|TG)-[\w-]{10,}/g) ?? []
  const passwords = text.match(/qatest\w+/g) ?? []
  return [...new Set([...tokens, ...passwords, emulator.clientSecret])]
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
}

it('prints, logs and stores no secret in clear, at the highest log level and when things fail', async () => {
  const world = await openWorld({items: 25})
  const printed: CliResult[] = []
  const meli = async (...args: string[]) => {
    const result = await world.run([...args, '--debug'])
    printed.push(result)
    return result
  }
  const fault = (path: string, type: 'garbage' | 'drop-after-commit' | 'truncate') =>
    world.emulator.world.faults.add({path, times: 1, fault: {type}})

  await meli('auth', 'complete', await world.callback())
  const {stdout: created} = await world.run(['create-test-user', '--json'])
  const [{nickname, password}] = JSON.parse(created).test_users
  await meli('auth', 'complete', await world.callback(nickname))
  await meli('verify-handshake')
  await meli('verify-handshake', '--sandbox', '--json')
  await meli('auth', 'status', '--check', '--json')
  await meli('sync', 'products')
  await meli('config', '--json')
  await meli('test-users', 'list', '--json')
  await meli('auth', 'refresh')
  const leaky = ['auth', 'refresh', '--on-rotate', 'cat >/dev/null; exit 3']
  expect((await meli(...leaky)).status).toBe(7)
  for (const type of ['garbage', 'truncate', 'drop-after-commit'] as const) {
    fault('/oauth/token', type)
    await meli('auth', 'refresh', '--json')
    await meli('auth', 'complete', await world.callback())
    fault('/users/me', type)
    await meli('verify-handshake')
  }
  await meli('auth', 'complete', `${await world.callback()}&state=forged`)
  await meli('auth', 'import', 'TG-0123456789abcdef01234567-7')
  await meli('test-users', 'show', 'NOBODY')

  const secrets = await secretsOf(world)
  expect(secrets.length).toBeGreaterThan(10)
  expect(secrets).toContain(password)
  const output = printed.map(({stdout, stderr}) => stdout + stderr).join('\n')
  expect(output).toMatch(/"path":"\/oauth\/token"/)
  for (const secret of secrets) expect(output).not.toContain(secret)

  await world.json(['db', 'backup', join(world.home, 'copy.db')])
  const files = filesBelow(world.home)
  expect(files.some((path) => path.endsWith('copy.db'))).toBe(true)
  for (const path of files) {
    const bytes = readFileSync(path).toString('latin1')
    for (const secret of secrets) expect(bytes.includes(secret)).toBe(false)
  }
}, 120_000)
