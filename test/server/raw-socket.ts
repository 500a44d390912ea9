import {connect} from 'node:net'

export interface RawReply {
  /** 0 when the connection was closed without an answer. */
  status: number
  text: string
}

/** Sends these very bytes, and gives what comes back until the server closes the connection. */
export function sendBytes(origin: string, bytes: string | Buffer): Promise<RawReply> {
  const {hostname, port} = new URL(origin)
  return new Promise((resolve) => {
    let text = ''
    const socket = connect({host: hostname, port: Number(port)}, () => socket.write(bytes))
    // A server that refuses does not read on: what is on its way then breaks the connection.
    socket.on('error', () => undefined)
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk
    })
    socket.on('close', () => resolve({status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text}))
  })
}

/** A request whose connection ends with its answer. */
export function head(origin: string, line: string, headers: readonly string[] = []): string {
  return `${[line, `Host: ${new URL(origin).host}`, 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`
}
