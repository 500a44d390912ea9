import {execFile, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'

const run = promisify(execFile)
const ownProgram = fileURLToPath(new URL('../bin/run.js', import.meta.url))

/** An emulator in a process of its own, and a home with a seller and a test user connected to it. */
export async function openWorld({items = 0, node = process.execPath, program = ownProgram} = {}) {
  const home = mkdtempSync(join(tmpdir(), 'meli-bench-'))
  const emulator = spawn(node, [program, 'emulator', 'start', '--json', '--items', String(items)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const lines = createInterface({input: emulator.stdout})
  const text = []
  const ready = new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      text.push(line)
      try {
        resolve(JSON.parse(text.join('\n')))
      } catch {
        // More lines are to come.
      }
    })
    emulator.on('exit', (status) => reject(new Error(`the emulator left with ${status}`)))
  })
  const {url, env: settings} = await ready
  // Nothing of the caller's environment but what every program needs: extra certificates alone triple the start of node.
  const env = {PATH: process.env.PATH, HOME: home, MELI_HOME: join(home, 'meli'), ...settings}
  const meli = async (...args) => JSON.parse((await run(node, [program, ...args, '--json'], {env})).stdout)
  const consent = async (authorization_url, user) => {
    const answer = await fetch(`${url}/_emulator/consent`, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify({authorization_url, user}),
    })
    return (await answer.json()).redirect_to
  }
  const login = async (user) => {
    const started = await meli('auth', 'login', '--no-wait')
    return meli('auth', 'complete', await consent(started.authorization_url, user))
  }
  await login()
  const {test_users} = await meli('create-test-user', '--site', 'MEC')
  await login(test_users[0].nickname)
  return {
    program,
    url,
    env,
    meli,
    async close() {
      emulator.kill()
      await once(emulator, 'exit')
      rmSync(home, {recursive: true, force: true})
    },
  }
}
