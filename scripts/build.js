// Builds dist/: the program, the library and the emulator as one CommonJS file each, and the types of what others import.
import {cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build as esbuild} from 'esbuild'
import {bundleTypes} from './bundle-types.js'
import {writeManifest} from './manifest.js'
import {noticesOf} from './notices.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/**
 * Packages that many commands do without. Each is a file of its own beside the program, read when it is first imported: in
 * one file they would slow every start down. docs/adr/0008-start-up.md has the figures.
 */
const rarelyUsed = [
  '@fastify/cookie',
  '@fastify/formbody',
  '@fastify/helmet',
  '@fastify/rate-limit',
  'csv-parse',
  'fastify',
  'got',
  'hpagent',
  'inquirer',
  'oauth4webapi',
  'pino',
  'prom-client',
  'selfsigned',
]

/** Builds beside dist/ and swaps at the end: a program that runs meanwhile never meets half a build. */
export async function build({types = true} = {}) {
  const fresh = join(root, `dist.${process.pid}`)
  try {
    mkdirSync(fresh)
    const inputs = await Promise.all([
      bundle(programEntry(), join(fresh, 'cli.cjs')),
      bundle({entryPoints: [join(root, 'src/index.ts')]}, join(fresh, 'index.cjs')),
      bundle({entryPoints: [join(root, 'src/emulator/index.ts')]}, join(fresh, 'emulator.cjs')),
      ...rarelyUsed.map((name) => bundle(packageEntry(name), join(fresh, vendorFile(name)))),
      bundleOpen(join(fresh, 'vendor/open.mjs')),
    ])
    cpSync(join(root, 'src/server/assets'), join(fresh, 'assets'), {recursive: true})
    writeFileSync(join(fresh, 'THIRD-PARTY-NOTICES.txt'), noticesOf(root, inputs.flat()))
    if (types) await bundleTypes(root, fresh)
    swap(fresh, join(root, 'dist'))
  } finally {
    rmSync(fresh, {recursive: true, force: true})
  }
  await writeManifest(root)
}

/** The command line, and all commands by id: each part of the file runs when it is first asked for. */
function programEntry() {
  const files = readdirSync(join(root, 'src/commands'), {recursive: true, encoding: 'utf8'})
  const getters = files
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => {
      // The index of a folder is the topic's own command.
      const id = file.replace(/([\\/]index)?\.ts$/, '').replaceAll(/[\\/]/g, ':')
      const path = `./src/commands/${file.replaceAll('\\', '/')}`
      return `get ${JSON.stringify(id)}() { return require(${JSON.stringify(path)}).default }`
    })
  // oclif finds `commands` and `MeliHelp` by these names, which package.json has.
  const contents = `export {main} from './src/cli/main.ts'
export const commands = {\n${getters.join(',\n')}\n}
Object.defineProperty(module.exports, 'MeliHelp', {get: () => require('./src/cli/help.ts').MeliHelp})`
  return {stdin: {contents, resolveDir: root, loader: 'js'}}
}

/** Passes a package on as it is; an ES module has no default then, so its parts are imported by name. */
function packageEntry(name) {
  return {stdin: {contents: `module.exports = require('${name}')`, resolveDir: root, loader: 'js'}}
}

/** Resolves to the files that went in. */
async function bundle(entry, outfile) {
  const {metafile} = await esbuild({
    ...entry,
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // oclif would use typescript if it were there.
    external: ['better-sqlite3', 'typescript'],
    plugins: [beside(outfile), oclifByParts, lazyRequires, loadedWhenUsed],
    // Imports at run time become require(): Jest's default mode has no import() for a script.
    supported: {'dynamic-import': false},
    define: {
      MELI_VERSION: JSON.stringify(version),
      'import.meta.url': '__moduleUrl',
      'import.meta.resolve': '__resolveBeside',
    },
    banner: {
      js: `const __moduleUrl = require('node:url').pathToFileURL(__filename).href;
const __resolveBeside = (name) => new URL(\`./vendor/\${name}.mjs\`, __moduleUrl).href;`,
    },
    // Stack traces keep their names; what is left out is white space. Licences stand in a file of their own.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    absWorkingDir: root,
  })
  writeFileSync(outfile, inAscii(readFileSync(outfile, 'utf8')))
  return Object.keys(metafile.inputs)
}

/** esbuild leaves letters in tagged templates as they are, and one of them doubles what the whole file takes in memory. */
function inAscii(code) {
  return code.replaceAll(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** A worker imports this one, and takes its default. */
async function bundleOpen(outfile) {
  const entryPoints = [fileURLToPath(import.meta.resolve('open'))]
  const options = {bundle: true, platform: 'node', format: 'esm', target: 'node20', metafile: true}
  const {metafile} = await esbuild({...options, entryPoints, outfile, legalComments: 'none', absWorkingDir: root})
  return Object.keys(metafile.inputs)
}

/** Leaves the emulator and the packages of `rarelyUsed` to the files that they have for themselves. */
function beside(outfile) {
  const own = outfile.replaceAll('\\', '/')
  const to = (name) => (own.includes('/vendor/') ? `./${name}` : `./vendor/${name}`)
  return {
    name: 'beside',
    setup(build) {
      build.onResolve({filter: /^[@a-z]/}, ({path, kind}) => {
        if (kind === 'entry-point' || !rarelyUsed.includes(path) || own.endsWith(vendorFile(path))) return undefined
        return {path: to(`${flat(path)}.cjs`), external: true}
      })
      build.onResolve({filter: /\/emulator\/index\.js$/}, () =>
        own.endsWith('/emulator.cjs') ? undefined : {path: './emulator.cjs', external: true},
      )
    },
  }
}

/**
 * Has oclif load its own parts and packages when they are first used, not all of them at each start: what TypeScript wrote as
 * `const ejs_1 = require("ejs")` becomes a call at each use. docs/adr/0008-start-up.md has what that is worth.
 */
const lazyRequires = {
  name: 'lazy-requires',
  setup(build) {
    build.onLoad({filter: /[\\/]@oclif[\\/]core[\\/]lib[\\/].*\.js$/}, async ({path}) => {
      const source = await readFile(path, 'utf8')
      const loads = new Map()
      const rest = source.replaceAll(
        /^const (\w+) = ((?:__import(?:Default|Star)\()?require\("[^"]+"\)\)?);$/gm,
        (_, name, load) => {
          // In brackets, since `new require("x").Y()` would be another call.
          loads.set(name, `(${load})`)
          return ''
        },
      )
      const contents = rest.replaceAll(/(?<![.\w])\w+\b(?!['"\w])/g, (name) => loads.get(name) ?? name)
      return {contents: path.endsWith('plugin.js') ? withoutCollation(contents) : contents, loader: 'js'}
    })
  },
}

/** Sorting the commands of the manifest, which has them sorted, loads the tables of the user's language: 6 ms. */
function withoutCollation(source) {
  const sort = '.sort((a, b) => a.id.localeCompare(b.id))'
  if (!source.includes(sort))
    throw new Error('plugin.js of oclif sorts commands in another way now: see scripts/build.js')
  return source.replace(sort, '')
}

/** oclif's main file loads all of oclif, and reads its own package.json to check the release of Node, which start.js did. */
const oclifByParts = {
  name: 'oclif-by-parts',
  setup(build) {
    const contents = `export * as Args from '@oclif/core/args'
export * as Errors from '@oclif/core/errors'
export * as Flags from '@oclif/core/flags'
export {Command} from '@oclif/core/command'`
    build.onResolve({filter: /^@oclif\/core$/}, () => ({path: 'oclif', namespace: 'by-parts'}))
    build.onLoad({filter: /./, namespace: 'by-parts'}, () => ({contents, resolveDir: root}))
  },
}

/** Imported at the top of many files of ours, and used by few commands. Each name is looked up, and so loaded, at its first use. */
const loadedWhenUsed = {
  name: 'loaded-when-used',
  setup(build) {
    const namespace = 'when-used'
    const ours = join(root, 'src')
    build.onResolve({filter: /^(env-paths|node:crypto|string-width)$/}, ({path, importer}) =>
      importer.startsWith(ours) ? {path, namespace} : undefined,
    )
    build.onLoad({filter: /./, namespace}, async ({path}) => {
      const names = Object.keys(await import(path)).filter((name) => name !== 'default')
      const getters = names.map((name) => `${name}: {enumerable: true, get: () => require('${path}').${name}}`)
      // What stands for module.exports is the default of an import.
      const contents = `const byDefault = (...given) => require('${path}').default(...given)
module.exports = Object.defineProperties(byDefault, {${getters.join(', ')}})`
      return {contents, resolveDir: root}
    })
  },
}

function vendorFile(name) {
  return `vendor/${flat(name)}.cjs`
}

function flat(name) {
  return name.replace('@', '').replace('/', '-')
}

function swap(fresh, target) {
  const old = `${target}.old.${process.pid}`
  if (existsSync(target)) renameSync(target, old)
  renameSync(fresh, target)
  rmSync(old, {recursive: true, force: true})
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build()
