import type {Server} from 'node:http'
import type {Socket} from 'node:net'

/** Every connection of a server. The http module forgets those that have not sent anything, or half a TLS handshake. */
export class Connections {
  private readonly sockets = new Set<Socket>()
  /** Those that can carry an answer: over TLS they are not the ones that arrived. */
  private readonly talking = new Set<Socket>()

  constructor(server: Server) {
    const isSecure = server.listenerCount('secureConnection') > 0
    server.on('connection', (socket: Socket) =>
      this.add(socket, isSecure ? [this.sockets] : [this.sockets, this.talking]),
    )
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

  private add(socket: Socket, sets: ReadonlyArray<Set<Socket>>): void {
    for (const set of sets) set.add(socket)
    socket.once('close', () => {
      for (const set of sets) set.delete(socket)
    })
  }
}
