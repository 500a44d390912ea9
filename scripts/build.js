// Builds dist/: the library and the commands as ESM, the program as one file with a code cache, and type declarations.
import {execFileSync} from 'node:child_process'
import {cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build as esbuild} from 'esbuild'
import {writeManifest} from './manifest.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  define: {MELI_VERSION: JSON.stringify(version)},
  // Native, optional, or only loaded where a start of some tens of milliseconds does not matter.
  external: [
    'better-sqlite3',
    'csv-parse',
    'typescript',
    'fastify',
    '@fastify/cookie',
    '@fastify/formbody',
    '@fastify/helmet',
    '@fastify/rate-limit',
    '@fastify/static',
    'prom-client',
    'inquirer',
    'open',
    'selfsigned',
    'hpagent',
    'pino',
  ],
  logLevel: 'warning',
}

/** Builds beside dist/ and swaps at the end: a program that runs meanwhile never meets half a build. */
export async function build({types = true} = {}) {
  const fresh = join(root, `dist.${process.pid}`)
  try {
    await Promise.all([bundleModules(fresh), bundleProgram(fresh)])
    cpSync(join(root, 'src/server/assets'), join(fresh, 'assets'), {recursive: true})
    if (types) declareTypes(fresh)
    swap(fresh, join(root, 'dist'))
  } finally {
    rmSync(fresh, {recursive: true, force: true})
  }
  await writeManifest(root)
  execFileSync(process.execPath, [join(root, 'scripts/warm.js')], {stdio: 'inherit'})
}

function commandFiles() {
  const files = readdirSync(join(root, 'src/commands'), {recursive: true, encoding: 'utf8'})
  return files.filter((file) => file.endsWith('.ts')).sort()
}

/** What others import, and the commands as oclif's tools look for them. */
function bundleModules(outdir) {
  const commands = commandFiles().map((file) => join('src/commands', file))
  return esbuild({
    ...common,
    entryPoints: ['src/index.ts', 'src/emulator/index.ts', ...commands].map((file) => join(root, file)),
    outdir,
    outbase: join(root, 'src'),
    splitting: true,
    format: 'esm',
    chunkNames: 'chunks/[name]-[hash]',
    // Bundled CommonJS still calls require() for Node's own modules.
    banner: {
      js: "import {createRequire as __createRequire} from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  })
}

/** One CommonJS file, because V8's code cache cannot be given to ES modules; each part of it runs when first imported. */
async function bundleProgram(outdir) {
  const loaders = commandFiles().map((file) => {
    // The index of a folder is the topic's own command.
    const id = file.replace(/([\\/]index)?\.ts$/, '').replaceAll(/[\\/]/g, ':')
    return `${JSON.stringify(id)}: () => import(${JSON.stringify(`./src/commands/${file}`)})`
  })
  const contents = `import {main as start} from './src/cli.ts'
const loaders = {${loaders.join(',\n')}}
export const main = (argv) => start(argv, loaders)`
  const {outputFiles} = await esbuild({
    ...common,
    write: false,
    stdin: {contents, resolveDir: root, loader: 'js'},
    outfile: join(outdir, 'cli.cjs'),
    format: 'cjs',
    // bin/load.js reads Latin-1. esbuild escapes strings, yet not tagged templates, which it turns into strings here.
    supported: {'template-literal': false},
    define: {...common.define, 'import.meta.url': '__bundleUrl', 'import.meta.resolve': '__bundleResolve'},
    banner: {
      js: `const {pathToFileURL: __url} = require('node:url'); const __bundleUrl = __url(__filename).href;
const __bundleResolve = (name) => __url(require.resolve(name)).href;`,
    },
  })
  // bin/load.js imports for the bundle what is not in it.
  const program = outputFiles[0].text
    .replaceAll(/\bimport\(("[\w@/.-]+")\)/g, '__import($1)')
    .replaceAll(/[\u0080-\uffff]/g, escaped)
  mkdirSync(outdir, {recursive: true})
  writeFileSync(join(outdir, 'cli.cjs'), program)
}

/** What is left beyond ASCII stands in regular expressions and comments. */
function escaped(character) {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function declareTypes(outdir) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const options = ['-p', join(root, 'tsconfig.build.json'), '--outDir', join(outdir, 'types')]
  execFileSync(process.execPath, [tsc, ...options], {stdio: 'inherit'})
}

function swap(fresh, target) {
  const old = `${target}.old.${process.pid}`
  if (existsSync(target)) renameSync(target, old)
  renameSync(fresh, target)
  rmSync(old, {recursive: true, force: true})
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build()
