import {once} from 'node:events'
import type {AddressInfo} from 'node:net'
import {connect, createServer, type Server, type Socket} from 'node:net'

export interface Interceptor {
  url: string
  /** Resolves when a request whose head matches has been held at the chosen point. */
  held: Promise<void>
  /** Lets an answer that is held go on its way. */
  release(): void
  close(): Promise<void>
}

/**
 * A wire between the program and the emulator that can be cut: requests go through, until one matches. Then either the
 * request is kept from the service (`request`), or the service's answer to it is kept from the program (`answer`).
 */
export async function intercept(target: string, match: RegExp, hold: 'request' | 'answer'): Promise<Interceptor> {
  const {hostname, port} = new URL(target)
  const sockets = new Set<Socket>()
  let reached = () => {}
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    reached = resolve
  })
  const server: Server = createServer((client) => {
    const service = connect(Number(port), hostname)
    for (const socket of [client, service]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    }
    let matched = false
    client.on('data', (data) => {
      matched ||= match.test(data.toString('latin1'))
      if (matched && hold === 'request') reached()
      else service.write(data)
    })
    service.on('data', (data) => {
      if (!matched) return client.write(data)
      const before = release
      release = () => {
        before()
        matched = false
        client.write(data)
      }
      return reached()
    })
    client.on('end', () => service.end())
    service.on('end', () => client.end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    held,
    release: () => release(),
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
