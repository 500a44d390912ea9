import {spawn} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from '@jest/globals'
import {loadConfig} from '../../src/config/config.js'
import {exitCodes} from '../../src/core/errors.js'
import {startEmulator} from '../../src/emulator/index.js'
import {runCli} from '../support/cli.js'
import {allPages, blocksOf, readDoc, tableUnder} from './markdown.js'
import {type Desk, normalised, openDesk, type Typed, typeAll} from './shell.js'

const readme = readDoc('README.md')
const blocks = blocksOf(readme)
const shell = blocks.filter(({language, mark}) => ['sh', 'console'].includes(language) && mark !== 'no-test')

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

describe('the commands of the README', () => {
  let typed: Typed[]
  beforeAll(async () => {
    typed = await typeAll(shell, ['--items', '250'], desk)
  }, 120_000)

  it('are commands of the program, in its table too', () => {
    const manifest = JSON.parse(readDoc('oclif.manifest.json')) as {commands: Record<string, unknown>}
    const named = cells(readme, '## What you can do with it', 1).flatMap((cell) =>
      [...cell.matchAll(/`(?:meli )?([a-z -]+)[^`]*`/g)].map(([, name = '']) => name.trim().replaceAll(' ', ':')),
    )
    expect(named.length).toBeGreaterThan(40)
    expect(named.filter((id) => !(id in manifest.commands))).toEqual([])
  })

  it('all leave with 0', () => {
    const failed = typed.filter(({status}) => status !== 0)
    expect(failed.map(({command, status, printed}) => ({command, status, printed}))).toEqual([])
  })

  it('print what the README shows', () => {
    const shown = typed.filter((each) => each.shown !== undefined && each.shown !== '')
    expect(shown.length).toBeGreaterThan(5)
    const text = (key: 'shown' | 'printed') => shown.map((each) => `$ ${each.command}\n${normalised(each[key] ?? '')}`)
    expect(text('printed')).toEqual(text('shown'))
  })

  it('keep quiet where the README shows nothing', () => {
    const quiet = typed.filter(({shown}) => shown === '')
    expect(quiet.filter(({printed}) => printed.trim() !== '').map(({command}) => command)).toEqual([])
  })

  it('are left out of this test with a reason only', () => {
    const out = blocks.filter(({mark}) => mark === 'no-test')
    expect(out.filter(({comment}) => !comment.startsWith('Not run by the tests'))).toEqual([])
    expect(out.length).toBeLessThan(shell.length)
  })
})

describe('the programs of the README', () => {
  const programs = blocks.filter(({language}) => language === 'js').map(({text}) => text)
  const [library = '', emulator = ''] = programs

  it('are two', () => {
    expect(programs).toHaveLength(2)
  })

  it('verify a handshake with the library', async () => {
    const world = await startEmulator()
    try {
      const options = {home: desk.home, env: world.env}
      const started = JSON.parse((await runCli(['auth', 'login', '--no-wait', '--json'], options)).stdout)
      const callback = await world.consent(started.authorization_url)
      expect(await runCli(['auth', 'complete', callback], options)).toMatchObject({status: 0})
      const {status, output} = await runProgram(library, {...world.env, MELI_HOME: desk.home})
      expect({status, output}).toEqual({
        status: 0,
        output: 'Handshake verified! Connected as: TIENDA_ANDINA (tienda.andina@example.com)\n',
      })
    } finally {
      await world.close()
    }
  })

  it('start an emulator', async () => {
    expect(await runProgram(emulator, {})).toEqual({status: 0, output: 'true MEC\n'})
  })
})

it('is what docs/ci.md shows that a job can run', async () => {
  const login = blocks.find(({text}) => text.includes('meli auth complete'))!
  const jobs = blocksOf(readDoc('docs/ci.md')).filter(({language}) => language === 'sh')
  const typed = await typeAll([login, ...jobs], ['--items', '21'], desk)
  expect(typed.length).toBeGreaterThan(5)
  expect(typed.filter(({status}) => status !== 0)).toEqual([])
}, 60_000)

describe('the tables of docs/settings.md', () => {
  const settings = readDoc('docs/settings.md')

  it('list each setting with its aliases, and no other', () => {
    const documented = cells(settings, '## Settings').map((cell) => cell.replaceAll('`', '').split(', '))
    const canonical = documented.map(([first]) => first)
    const {origins} = loadConfig({env: {MELI_HOME: desk.home}})
    expect(new Set(canonical)).toEqual(new Set([...origins.map(({name}) => name), 'MELI_HOME', 'MELI_TRUST_OWNER']))
    for (const alias of documented.flatMap(([canonicalName, ...aliases]) =>
      aliases.map((name) => [canonicalName, name]),
    )) {
      const [canonicalName = '', name = ''] = alias
      const env = {MELI_HOME: desk.home, [name]: sample(canonicalName)}
      expect(loadConfig({env}).origins).toContainEqual(expect.objectContaining({name: canonicalName, variable: name}))
    }
  })

  it('give the defaults that hold', () => {
    const {origins} = loadConfig({env: {MELI_HOME: desk.home}})
    for (const {name, value, origin} of origins.filter((each) => each.origin === 'default')) {
      const row = tableUnder(settings, '## Settings').find(([names]) => names?.startsWith(`\`${name}\``))
      expect([name, row?.[2], origin]).toEqual([name, `\`${value}\``, 'default'])
    }
  })

  it('list each exit status', () => {
    const documented = tableUnder(settings, '## Exit status').map(([status, family]) => [family, Number(status)])
    const known = Object.entries(exitCodes).map(([family, status]) => [`\`${family}\``, status])
    expect(documented).toEqual([['', 0], ...known])
  })
})

it('fits into 80 columns, tables, pictures and commands aside', () => {
  const prose = readme.replace(/^```.*?^```$/gms, '').split('\n')
  expect(prose.filter((line) => line.length > 80 && !/^[|!]/.test(line))).toEqual([])
})

it('speaks of no machine and no registry', () => {
  for (const page of allPages()) expect(readDoc(page)).not.toMatch(/\/work\/|\/root\/|registry\.npmjs|artifactory/)
})

/** One column of the table under a heading. */
function cells(page: string, heading: string, column = 0): string[] {
  return tableUnder(page, heading).map((row) => row[column] ?? '')
}

function sample(setting: string): string {
  return /_URL$/.test(setting) ? 'https://api.example.com' : 'https://example.com/value'
}

async function runProgram(text: string, env: Record<string, string>): Promise<{status: number; output: string}> {
  const file = join(desk.cwd, `program-${text.length}.mjs`)
  writeFileSync(file, text)
  const child = spawn(process.execPath, [file], {env: {PATH: process.env.PATH, ...env}})
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  }
  const status = await new Promise<number>((resolve) => child.once('close', resolve))
  return {status, output}
}
