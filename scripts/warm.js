// Makes the code cache of the program: runs what people run most, against an emulator, and keeps the code V8 compiled for it.
import {mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {load} from '../bin/load.js'

const file = fileURLToPath(new URL('../dist/cli.cjs', import.meta.url))

async function warm() {
  const {startEmulator} = await import('../dist/emulator/index.js')
  const emulator = await startEmulator({items: 1})
  const home = mkdtempSync(join(tmpdir(), 'meli-warm-'))
  Object.assign(process.env, emulator.env, {MELI_HOME: home})
  const {script, exports} = load(file)
  const meli = async (...args) => {
    const printed = await silently(() => exports.main(args))
    if (process.exitCode) throw new Error(`meli ${args.join(' ')} left with ${process.exitCode}: ${printed}`)
    return printed
  }
  try {
    const {authorization_url} = JSON.parse(await meli('auth', 'login', '--no-wait', '--json'))
    await meli('auth', 'complete', await emulator.consent(authorization_url))
    await meli('auth', 'status')
    await meli('verify-handshake')
    await meli('auth', 'status', '--help')
    // No sync: it sets flags of V8 for its heap, and a cache made under other flags is refused.
    return script.createCachedData()
  } finally {
    await emulator.close()
    rmSync(home, {recursive: true, force: true})
  }
}

/** What was written to stdout meanwhile. */
async function silently(work) {
  const {stdout, stderr} = process
  const written = []
  const originals = [stdout, stderr].map((stream) => stream.write)
  stdout.write = (text) => written.push(String(text)) > 0
  stderr.write = () => true
  try {
    await work()
  } finally {
    ;[stdout.write, stderr.write] = originals
  }
  return written.join('')
}

for (const name of Object.keys(process.env)) if (/^(MELI|ML|MERCADOLIBRE)_/.test(name)) delete process.env[name]
try {
  const cache = await warm()
  writeFileSync(`${file}.cache.${process.pid}`, cache)
  renameSync(`${file}.cache.${process.pid}`, `${file}.cache`)
} catch (error) {
  // The program works without; it only starts slower.
  process.stderr.write(`no code cache was made: ${error.message}\n`)
}
process.exitCode = 0
