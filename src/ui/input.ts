import {createReadStream} from 'node:fs'
import {MeliError} from '../core/errors.js'
import {readStdin, textOf} from './stdin.js'

/** Everything in a file, or with `-` on standard input. MELI_INPUT_UNREADABLE when it cannot be read. */
export async function readInput(
  name: string,
  stream: NodeJS.ReadableStream & {isTTY?: boolean},
  {what, example}: {what: string; example: string},
): Promise<string> {
  if (name === '-') return readStdin(stream, {what, example})
  try {
    return await textOf(createReadStream(name), name)
  } catch (error) {
    if (error instanceof MeliError) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    const why = whyNot(code, name)
    throw new MeliError('MELI_INPUT_UNREADABLE', why, {
      try: ['check the name of the file', `- reads standard input: ${example}`],
      cause: error,
    })
  }
}

/** In the words of files of changes, too. */
function whyNot(code: string, name: string): string {
  if (code === 'ENOENT') return `there is no file ${name}`
  return code === 'EISDIR' ? `${name} is a folder` : `${name} cannot be read (${code})`
}
