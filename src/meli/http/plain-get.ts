import {type Agent, request as getPlainly, type IncomingHttpHeaders, type IncomingMessage} from 'node:http'
import {request as getSecurely} from 'node:https'
import {type TimeLimits, watchTime} from './time-limits.js'
import {mostBytes, TooLargeError} from './too-large.js'

export interface PlainAnswer {
  status: number
  headers: IncomingHttpHeaders
  /** As received, packed or not. */
  body: Buffer
}

export interface PlainGetOptions extends TimeLimits {
  agent: Agent
  headers: Record<string, string>
}

/**
 * A GET and nothing else: nothing is tried again or followed. Reads are nearly all that is sent, and the HTTP library takes
 * three times as long for one; docs/adr/0011-sync-throughput.md. Fails with the errors of Node, a `TimeoutError` or a
 * `TooLargeError`.
 */
export function plainGet(
  url: URL,
  {agent, headers, ...limits}: PlainGetOptions,
): {answer: Promise<PlainAnswer>; cancel: () => void} {
  const request = (url.protocol === 'https:' ? getSecurely : getPlainly)(url, {agent, headers})
  let cancel = () => {}
  const answer = new Promise<PlainAnswer>((resolve, reject) => {
    // A request without a socket, as while a proxy makes its tunnel, tells of its end only once it has one.
    const give = (error: Error) => {
      ended(reject)(error)
      request.destroy()
    }
    cancel = () => give(new Error('cancelled'))
    const stopWatching = watchTime(request, limits, give)
    const ended = <T>(settle: (value: T) => void) => {
      return (value: T) => {
        stopWatching()
        settle(value)
      }
    }
    request.on('error', ended(reject))
    request.once('response', (response) => collect(response, ended(resolve), give))
    request.end()
  })
  return {answer, cancel}
}

function collect(
  response: IncomingMessage,
  resolve: (answer: PlainAnswer) => void,
  reject: (error: Error) => void,
): void {
  const chunks: Buffer[] = []
  let bytes = 0
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > mostBytes) reject(new TooLargeError())
  })
  // A body that is shorter than it was said to be ends here too, with ECONNRESET.
  response.once('error', reject)
  response.once('end', () => {
    const [first = Buffer.alloc(0)] = chunks
    const body = chunks.length > 1 ? Buffer.concat(chunks) : first
    resolve({status: response.statusCode ?? 0, headers: response.headers, body})
  })
}
