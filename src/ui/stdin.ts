import {buffer} from 'node:stream/consumers'
import {MeliError} from '../errors.js'
import {adviceFor, decodeText, formatOf} from '../text-file.js'

/** Everything on standard input. Refuses to wait for a person: secrets typed at a terminal would stay on the screen. */
export async function readStdin(
  stream: NodeJS.ReadableStream & {isTTY?: boolean},
  {what, example}: {what: string; example: string},
): Promise<string> {
  if (stream.isTTY === true) {
    throw new MeliError('MELI_INPUT_UNREADABLE', `${what} is read from standard input, and nothing is piped into it`, {
      try: [example],
    })
  }
  return textOf(await buffer(stream), 'standard input')
}

/** The text in these bytes, whatever its encoding. MELI_INPUT_UNREADABLE for a file of another format. */
export function textOf(bytes: Uint8Array, name: string): string {
  const format = formatOf(bytes)
  if (format === undefined) return decodeText(bytes)
  throw new MeliError('MELI_INPUT_UNREADABLE', `${name} is ${format.what}`, {
    try: [adviceFor(format, {as: 'plain text in UTF-8', use: 'give'})],
  })
}
