import {MeliError} from '../core/errors.js'
import {adviceFor, decodeText, formatOf} from '../core/text-file.js'

/** As much as an answer of the service may have. */
const mostBytes = 64 * 1024 * 1024

/** Everything on standard input. Refuses to wait for a person: secrets typed at a terminal would stay on the screen. */
export async function readStdin(
  stream: NodeJS.ReadableStream & {isTTY?: boolean},
  {what, example}: {what: string; example: string},
): Promise<string> {
  if (stream.isTTY === true) {
    throw new MeliError('MELI_INPUT_UNREADABLE', `${what} is read from standard input, but nothing is piped into it`, {
      try: [example],
    })
  }
  return textOf(stream, 'standard input')
}

/**
 * The text that comes, whatever its encoding. MELI_INPUT_UNREADABLE for a file of another format, and for more than
 * anything that is meant: it may never end.
 */
export async function textOf(stream: NodeJS.ReadableStream, name: string): Promise<string> {
  const bytes = await bytesOf(stream, name)
  const format = formatOf(bytes)
  if (format === undefined) return decodeText(bytes)
  throw new MeliError('MELI_INPUT_UNREADABLE', `${name} is ${format.what}`, {
    try: [adviceFor(format, {as: 'plain text in UTF-8', use: 'give'})],
  })
}

async function bytesOf(stream: NodeJS.ReadableStream, name: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    chunks.push(bytes)
    length += bytes.length
    if (length <= mostBytes) continue
    throw new MeliError('MELI_INPUT_UNREADABLE', `${name} is larger than ${mostBytes / 1024 / 1024} MB`, {
      try: ['check the input: Mercado Libre accepts nothing that large'],
    })
  }
  return Buffer.concat(chunks)
}
