import {createServer, type IncomingHttpHeaders, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'

export interface ReceivedRequest {
  method: string
  url: string
  headers: IncomingHttpHeaders
  body: string
}

export type Reply = (response: ServerResponse, request: ReceivedRequest) => void

export interface HttpServer {
  url: string
  origin: URL
  /** In the order of arrival. */
  requests: ReceivedRequest[]
  close(): Promise<void>
}

/** A real server on a free port. The nth request gets the nth reply, and the last reply serves all that follow. */
export async function startServer(...replies: Reply[]): Promise<HttpServer> {
  const requests: ReceivedRequest[] = []
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const request = {
        method: incoming.method ?? '',
        url: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString(),
      }
      requests.push(request)
      const reply = replies[Math.min(requests.length, replies.length) - 1]
      reply?.(response, request)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    origin: new URL(url),
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return text(JSON.stringify(body), status, {'content-type': 'application/json', ...headers})
}

export function text(body: string | Buffer, status = 200, headers: Record<string, string> = {}): Reply {
  return (response) => response.writeHead(status, headers).end(body)
}

/** Closes the connection without an answer. */
export const hangUp: Reply = (response) => response.socket?.destroy()

/** Promises more than it sends. */
export const cutBody: Reply = (response) => {
  response.writeHead(200, {'content-type': 'application/json', 'content-length': '1000'})
  response.write('{"id":1,')
  // Once the first bytes are out, not before: the client must have seen the beginning.
  setImmediate(() => response.socket?.destroy())
}

/** Never answers. */
export const silence: Reply = () => undefined
