import {createHash, randomUUID} from 'node:crypto'
import {mkdir, rename, writeFile} from 'node:fs/promises'
import {basename, join, resolve} from 'node:path'
import {build} from 'esbuild'

const root = resolve(import.meta.dirname, '../..')

/**
 * Builds one TypeScript entry (path from the repository's root) for a child process and returns the built file.
 * It lies inside the package, so that `better-sqlite3` and the migrations are found from it.
 */
export async function bundle(entry: string): Promise<string> {
  const {outputFiles} = await build({
    entryPoints: [join(root, entry)],
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['better-sqlite3'],
    // CommonJS packages inside an ESM bundle still ask for Node's own modules with require.
    banner: {js: "import {createRequire as __cr} from 'node:module'; const require = __cr(import.meta.url);"},
    logLevel: 'error',
  })
  const text = outputFiles[0]?.text ?? ''
  const cache = join(root, 'node_modules', '.cache', 'meli-test')
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16)
  const outfile = join(cache, `${basename(entry, '.ts')}-${hash}.mjs`)
  // Test files run side by side and may build the same entry: the file is never there in part.
  const draft = `${outfile}.${randomUUID()}`
  await mkdir(cache, {recursive: true})
  await writeFile(draft, text)
  await rename(draft, outfile)
  return outfile
}
