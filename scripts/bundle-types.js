// One file of declarations for each entry that others import.
import {join} from 'node:path'
import {rollup} from 'rollup'
import {dts} from 'rollup-plugin-dts'

const entries = {index: 'src/index.ts', emulator: 'src/emulator/public.ts'}

export async function bundleTypes(root, outdir) {
  for (const [name, file] of Object.entries(entries)) {
    const bundle = await rollup({
      input: join(root, file),
      external: [/^node:/, /^[^./]/],
      plugins: [dts({tsconfig: join(root, 'tsconfig.json')})],
      onwarn(warning) {
        throw new Error(warning.message)
      },
    })
    await bundle.write({file: join(outdir, `${name}.d.cts`), format: 'es'})
    await bundle.close()
  }
}
