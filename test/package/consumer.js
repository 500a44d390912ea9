import {execFile} from 'node:child_process'
import {cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {promisify} from 'node:util'

const root = resolve(import.meta.dirname, '../..')
const run = promisify(execFile)
/** The tests of a consumer run in these. */
const runners = ['jest@30', 'vitest@4', 'vite@7']

/** A folder with the packed tarball in it, and test runners beside it. */
export class Packed {
  constructor(folder, tarball) {
    this.folder = folder
    this.tarball = tarball
  }

  static async pack({withRunners = true} = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'meli-package-'))
    const {stdout} = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {cwd: root})
    await install(folder, withRunners ? runners : [])
    return new Packed(folder, join(folder, JSON.parse(stdout)[0].filename))
  }

  /** The package as somebody has it who runs that release of Node and blocks install scripts. */
  async installFor(major) {
    const folder = join(this.folder, `node-${major}`)
    const isOwn = process.versions.node.startsWith(`${major}.`)
    const node = isOwn ? process.execPath : await installNode(join(this.folder, `binary-${major}`), major)
    await install(folder, [this.tarball], node)
    // npm gives Node 20 version 12, which comes as sources; this clone has built them already.
    const built = 'node_modules/better-sqlite3/build'
    if (major < 22) cpSync(join(root, built), join(folder, built), {recursive: true})
    return new Consumer(folder, node)
  }

  remove() {
    rmSync(this.folder, {recursive: true, force: true})
  }
}

/** With that Node, since npm chooses versions by what it runs on. */
async function install(folder, packages, node = process.execPath) {
  mkdirSync(folder, {recursive: true})
  writeFileSync(join(folder, 'package.json'), '{"private": true}')
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  // Set by npm for what it runs.
  const npm = process.env.npm_execpath
  const command = npm === undefined ? ['npm'] : [node, npm]
  await run(command[0], [...command.slice(1), 'install', '--ignore-scripts', ...quiet, ...packages], {cwd: folder})
}

/** npm's `node` packages have one package of binaries for each platform. */
async function installNode(folder, major) {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const name = `node-${platform}-${process.arch}`
  await install(folder, [`${name}@${major}`])
  return join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

/** A project that has the package installed. */
class Consumer {
  #home

  constructor(folder, node) {
    this.folder = folder
    this.node = node
    this.#home = join(folder, 'home')
    mkdirSync(this.#home)
  }

  get program() {
    return join(this.folder, 'node_modules/meli-toolkit/bin/run.js')
  }

  /** The program by the link that npm made for it. */
  meli(...args) {
    return this.run(this.program, ...args)
  }

  /** Writes a file of the consumer's own and runs it. */
  script(name, source, ...before) {
    writeFileSync(join(this.folder, name), source)
    return this.run(...before, name)
  }

  async run(...args) {
    const env = {PATH: process.env.PATH, HOME: this.#home, XDG_DATA_HOME: join(this.#home, 'data'), CI: 'true'}
    try {
      const {stdout, stderr} = await run(this.node, args, {cwd: this.folder, env, maxBuffer: 64 * 1024 * 1024})
      return {status: 0, stdout, stderr}
    } catch (error) {
      const {code, signal, stdout, stderr} = error
      return {status: code ?? -1, stdout, stderr: signal ? `${stderr}\nended by ${signal}` : stderr}
    }
  }
}
