import type {Server} from 'node:http'
import type {Socket} from 'node:net'
import {clientOf} from './client-address.js'

export interface ConnectionLimits {
  /** The most connections that one client may hold. Further ones are closed, so that one client cannot lock out the others. */
  mostOfOne: number
  /** Whether any number may come from there, as through a proxy that everybody comes through. */
  isExempt: (ip: string) => boolean
  /** Told when a client has reached its limit: once, until it has no connection left. */
  onCrowd?: ((ip: string) => void) | undefined
}

/** Every connection of a server. The http module forgets those that have not sent anything, or half a TLS handshake. */
export class Connections {
  private readonly clients = new Map<string, {open: number; isTold: boolean}>()
  private readonly sockets = new Set<Socket>()
  /** Those that can carry an answer: over TLS they are not the ones that arrived. */
  private readonly talking = new Set<Socket>()

  constructor(
    server: Server,
    private readonly limits: ConnectionLimits,
  ) {
    const isSecure = server.listenerCount('secureConnection') > 0
    server.on('connection', (socket: Socket) => {
      if (this.takesOneMore(socket)) this.add(socket, isSecure ? [this.sockets] : [this.sockets, this.talking])
      else socket.destroy()
    })
    server.on('secureConnection', (socket: Socket) => this.add(socket, [this.sockets, this.talking]))
  }

  /** Ends each once what was written to it has left. */
  async end(): Promise<void> {
    const ended = [...this.talking].map(
      (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
    )
    for (const socket of this.talking) socket.destroySoon()
    await Promise.all(ended)
  }

  drop(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  private takesOneMore(socket: Socket): boolean {
    const {remoteAddress: ip} = socket
    const {mostOfOne, isExempt, onCrowd} = this.limits
    if (ip === undefined || isExempt(ip)) return true
    const name = clientOf(ip)
    const client = this.clients.get(name) ?? {open: 0, isTold: false}
    if (client.open >= mostOfOne) {
      if (!client.isTold) onCrowd?.(ip)
      client.isTold = true
      return false
    }
    client.open += 1
    this.clients.set(name, client)
    socket.once('close', () => {
      client.open -= 1
      if (client.open === 0) this.clients.delete(name)
    })
    return true
  }

  private add(socket: Socket, sets: ReadonlyArray<Set<Socket>>): void {
    for (const set of sets) set.add(socket)
    socket.once('close', () => {
      for (const set of sets) set.delete(socket)
    })
  }
}
