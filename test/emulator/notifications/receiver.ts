import {createServer, type IncomingHttpHeaders, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {type Emulator, type EmulatorOptions, startEmulator} from '../../../src/emulator/index.js'
import type {WireJson} from '../emulator-client.js'

export interface Received {
  path: string
  headers: IncomingHttpHeaders
  text: string
  body: WireJson
}

export interface Reply {
  status?: number
  headers?: Record<string, string>
  body?: string
}

/** What to do with the notification number `n`, from 1: answer it, never answer it, or hang up. */
export type Behaviour = (received: Received, n: number) => Reply | 'silence' | 'hang-up' | Promise<Reply>

/** The callback of an application, on loopback. */
export class Receiver {
  readonly received: Received[] = []
  behave: Behaviour = () => ({})

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(): Promise<Receiver> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const receiver = new Receiver(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/notifications`)
    server.on('request', async (request, response) => {
      let text = ''
      for await (const chunk of request.setEncoding('utf8')) text += chunk
      const received = {path: request.url!, headers: request.headers, text, body: parsed(text)}
      const reply = await receiver.behave(received, receiver.received.push(received))
      if (reply === 'hang-up') request.socket.destroy()
      else if (reply !== 'silence') response.writeHead(reply.status ?? 200, reply.headers).end(reply.body)
    })
    return receiver
  }

  get resources(): string[] {
    return this.received.map(({body}) => body.resource)
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const start = new Date('2026-11-20T12:00:00Z')
export const minuteMs = 60_000

/** An emulator with a seller who has granted its application, and that application's callback. */
export class Post {
  private constructor(
    readonly emulator: Emulator,
    readonly receiver: Receiver,
    readonly token: string,
    readonly sellerId: number,
  ) {}

  /** Receivers get more time than the service gives them: this process, which plays both, may be kept waiting itself. */
  static async open(options: EmulatorOptions = {}): Promise<Post> {
    const receiver = await Receiver.open()
    const emulator = await startEmulator({start, items: 3, notificationsUrl: receiver.url, ...options})
    emulator.world.changeSettings({timeout_ms: 10_000})
    const {token, sellerId} = await connect(emulator)
    return new Post(emulator, receiver, token, sellerId)
  }

  get notifications() {
    return this.emulator.world.notifications
  }

  get itemIds(): string[] {
    return this.emulator.world.catalogue.listed(this.sellerId).map(({id}) => id)
  }

  /** Puts a stock of that many on the first item, and waits until what follows from it has been sent. */
  async change(quantity = 5): Promise<void> {
    const [id] = this.itemIds
    this.emulator.world.catalogue.update(this.emulator.world.catalogue.get(id!)!, {available_quantity: quantity})
    await this.notifications.idle()
  }

  /** Skips virtual time, and waits until what was due has been sent. */
  async pass(ms: number): Promise<void> {
    this.emulator.advance(ms)
    await this.notifications.idle()
  }

  async missedFeeds(query: Record<string, string> = {}, token = this.token): Promise<{status: number; body: WireJson}> {
    const search = new URLSearchParams({app_id: this.emulator.clientId, topic: 'items', site_id: 'MEC', ...query})
    return this.ask('GET', `/missed_feeds?${search}`, undefined, token)
  }

  async ask(method: string, path: string, body?: unknown, token?: string): Promise<{status: number; body: WireJson}> {
    const response = await fetch(`${this.emulator.url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : {'content-type': 'application/json'}),
        ...(token === undefined ? {} : {authorization: `Bearer ${token}`}),
      },
      ...(body === undefined ? {} : {body: JSON.stringify(body)}),
    })
    const text = await response.text()
    return {status: response.status, body: text === '' ? undefined : JSON.parse(text)}
  }

  /** Sends notifications made by hand, and waits for their first attempt. */
  async handMade(fields: object): Promise<void> {
    await this.control('POST', '/notifications', fields)
    await this.notifications.idle()
  }

  /** A control call that has to succeed. */
  async control(method: string, path: string, body?: unknown): Promise<WireJson> {
    const answer = await this.ask(method, `/_emulator${path}`, body)
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
    return answer.body
  }

  async close(): Promise<void> {
    await this.emulator.close()
    await this.receiver.close()
  }
}

/** Lets a user grant the emulator's application. */
export async function connect(emulator: Emulator, user?: string): Promise<{token: string; sellerId: number}> {
  const {clientId, clientSecret, redirectUri, url} = emulator
  const query = new URLSearchParams({response_type: 'code', client_id: clientId, redirect_uri: redirectUri})
  const redirect = await emulator.consent(`${url}/authorization?${query}`, user === undefined ? {} : {user})
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uri: redirectUri,
      code: new URL(redirect).searchParams.get('code')!,
    }),
  })
  const {access_token: token, user_id: sellerId} = (await response.json()) as {access_token: string; user_id: number}
  return {token, sellerId}
}
