import {text} from 'node:stream/consumers'
import {MeliError} from '../errors.js'

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
  return text(stream)
}
