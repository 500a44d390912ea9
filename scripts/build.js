// Builds dist/: one ESM bundle, split so that a command loads only what it uses, plus type declarations and the manifest.
import {execFileSync} from 'node:child_process'
import {readdirSync, readFileSync, rmSync} from 'node:fs'
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

export async function build({types = true} = {}) {
  rmSync(join(root, 'dist'), {recursive: true, force: true})
  await esbuild({
    entryPoints: entryPoints(),
    outdir: join(root, 'dist'),
    outbase: join(root, 'src'),
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    define: {MELI_VERSION: JSON.stringify(version)},
    // Native, optional, or only loaded where a start of some tens of milliseconds does not matter.
    external: [
      'better-sqlite3',
      'typescript',
      'fastify',
      '@fastify/formbody',
      'inquirer',
      'open',
      'selfsigned',
      'hpagent',
      'pino',
    ],
    // Bundled CommonJS still calls require() for Node's own modules.
    banner: {
      js: "import {createRequire as __createRequire} from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    chunkNames: 'chunks/[name]-[hash]',
    logLevel: 'warning',
  })
  if (types) {
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], {stdio: 'inherit'})
  }
  await writeManifest(root)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build()
