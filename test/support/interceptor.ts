import {once} from 'node:events'
import type {AddressInfo} from 'node:net'
import {connect, createServer, type Server, type Socket} from 'node:net'

export interface Interceptor {
  url: string
  /** Resolves when a request whose head matches has been held at the chosen point. */
  held: Promise<void>
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
      if (matched) reached()
      else client.write(data)
    })
    client.on('end', () => service.end())
    service.on('end', () => client.end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    held,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
