import {type Agent, request as getPlainly, type IncomingHttpHeaders, type IncomingMessage} from 'node:http'
import {request as getSecurely} from 'node:https'

export interface PlainAnswer {
  status: number
  headers: IncomingHttpHeaders
  /** As received, packed or not. */
  body: Buffer
}

export interface PlainGetOptions {
  agent: Agent
  headers: Record<string, string>
  /** Until the connection stands, the look-up and TLS included. */
  connectMs: number
  /** Until the end of the body; not shorter than `connectMs`. */
  timeoutMs: number
}

/** Named as the errors of the HTTP library are, so that both are translated alike. */
class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
  readonly code = 'ETIMEDOUT'

  constructor(readonly event: 'connect' | 'request') {
    super(`time is up for: ${event}`)
  }
}

/**
 * A GET and nothing else: nothing is tried again or followed. Reads are nearly all that is sent, and the HTTP library takes
 * three times as long for one; docs/adr/0011-sync-throughput.md. Fails with the errors of Node, or a `TimeoutError`.
 */
export function plainGet(url: URL, options: PlainGetOptions): {answer: Promise<PlainAnswer>; cancel: () => void} {
  const {agent, headers, connectMs, timeoutMs} = options
  const isSecure = url.protocol === 'https:'
  const request = (isSecure ? getSecurely : getPlainly)(url, {agent, headers})
  let hasSocket = false
  let isConnected = false
  request.once('socket', (socket) => {
    hasSocket = true
    isConnected = request.reusedSocket || !(isSecure || socket.connecting)
    if (!isConnected) socket.once(isSecure ? 'secureConnect' : 'connect', () => (isConnected = true))
  })
  let cancel = () => {}
  const answer = new Promise<PlainAnswer>((resolve, reject) => {
    // A request without a socket, as while a proxy makes its tunnel, tells of its end only once it has one.
    const give = (error: Error) => {
      ended(reject)(error)
      request.destroy()
    }
    cancel = () => give(new Error('cancelled'))
    const overall = () => give(new TimeoutError(isConnected ? 'request' : 'connect'))
    let timer = setTimeout(() => {
      // Without a socket it waits for its turn, not for the network.
      if (hasSocket && !isConnected) overall()
      else timer = setTimeout(overall, timeoutMs - connectMs)
    }, connectMs)
    const ended = <T>(settle: (value: T) => void) => {
      return (value: T) => {
        clearTimeout(timer)
        settle(value)
      }
    }
    request.on('error', ended(reject))
    request.once('response', (response) => collect(response, ended(resolve), ended(reject)))
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
  response.on('data', (chunk: Buffer) => chunks.push(chunk))
  // A body that is shorter than it was said to be ends here too, with ECONNRESET.
  response.once('error', reject)
  response.once('end', () => {
    const [first = Buffer.alloc(0)] = chunks
    const body = chunks.length > 1 ? Buffer.concat(chunks) : first
    resolve({status: response.statusCode ?? 0, headers: response.headers, body})
  })
}
