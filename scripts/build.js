// Builds dist/: one ESM bundle, split so that a command loads only what it uses, plus type declarations and the manifest.
import {execFileSync} from 'node:child_process'
import {existsSync, readdirSync, readFileSync, renameSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build as esbuild} from 'esbuild'
import {writeManifest} from './manifest.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Each command is an entry of its own: oclif finds it by its path. */
function entryPoints() {
  const commands = readdirSync(join(root, 'src/commands'), {recursive: true, encoding: 'utf8'})
  return [
    'src/cli.ts',
    'src/index.ts',
    'src/emulator/index.ts',
    ...commands.filter((file) => file.endsWith('.ts')).map((file) => join('src/commands', file)),
  ].map((file) => join(root, file))
}

/** Builds beside dist/ and swaps at the end: a program that runs meanwhile never meets half a build. */
export async function build({types = true} = {}) {
  const fresh = join(root, `dist.${process.pid}`)
  try {
    await bundle(fresh)
    if (types) declare(fresh)
    swap(fresh, join(root, 'dist'))
  } finally {
    rmSync(fresh, {recursive: true, force: true})
  }
  await writeManifest(root)
}

function bundle(outdir) {
  return esbuild({
    entryPoints: entryPoints(),
    outdir,
    outbase: join(root, 'src'),
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    define: {MELI_VERSION: JSON.stringify(version)},
    // Native, optional, or only loaded where a start of some tens of milliseconds does not matter.
    external: ['better-sqlite3', 'typescript', 'fastify', '@fastify/formbody', 'inquirer', 'open', 'selfsigned', 'hpagent', 'pino'],
    // Bundled CommonJS still calls require() for Node's own modules.
    banner: {js: "import {createRequire as __createRequire} from 'node:module'; const require = __createRequire(import.meta.url);"},
    chunkNames: 'chunks/[name]-[hash]',
    logLevel: 'warning',
  })
}

function declare(outdir) {
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
