import {existsSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {MeliError} from '../core/errors.js'

/** The folder with the style sheets, found from wherever this code was bundled to. */
export function assetsFolder(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    const folder = join(at, 'assets')
    if (existsSync(join(folder, 'meli.css'))) return folder
    if (dirname(at) === at) break
  }
  throw new MeliError('MELI_UNEXPECTED', 'The folder dist/assets of the package is missing.', {
    try: ['Install meli-toolkit again.'],
  })
}
