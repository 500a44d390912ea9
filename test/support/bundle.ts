import {mkdir, mkdtemp} from 'node:fs/promises'
import {basename, join, resolve} from 'node:path'
import {build} from 'esbuild'

const root = resolve(import.meta.dirname, '../..')

/**
 * Builds one TypeScript entry (path from the repository's root) for a child process and returns the built file.
 * It lies inside the package, so that `better-sqlite3` and the migrations are found from it.
 */
export async function bundle(entry: string): Promise<string> {
  const cache = join(root, 'node_modules', '.cache', 'meli-test')
  await mkdir(cache, {recursive: true})
  const outfile = join(await mkdtemp(join(cache, 'bundle-')), basename(entry).replace(/\.ts$/, '.mjs'))
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['better-sqlite3'],
    // CommonJS packages inside an ESM bundle still ask for Node's own modules with require.
    banner: {js: "import {createRequire as __cr} from 'node:module'; const require = __cr(import.meta.url);"},
    logLevel: 'error',
  })
  return outfile
}
