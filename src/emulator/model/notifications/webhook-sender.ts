import http from 'node:http'
import https from 'node:https'
import type {ReceiverResponse} from './notification.js'

export interface DeliveryOutcome {
  tookMs: number
  status: number | null
  error: string | null
  response: ReceiverResponse | null
}

/** The part of an answer that `/missed_feeds` shows. */
const keptBytes = 1024

/** Posts to callback addresses. Any status is an answer, so redirects are not followed. */
export class WebhookSender {
  // Idle connections are closed before a usual server closes them, so that none ends during a request.
  private readonly options = {keepAlive: true, timeout: 1000}
  private readonly plain = new http.Agent(this.options)
  private readonly secure = new https.Agent(this.options)

  /** Never rejects. An answer counts when its first line has arrived in time, whenever its body ends. */
  post(url: URL, payload: string, headers: Record<string, string>, timeoutMs: number): Promise<DeliveryOutcome> {
    const begun = performance.now()
    const {promise, resolve} = withResolvers<Omit<DeliveryOutcome, 'tookMs'>>()
    const request = this.open(url, headers)
    let answered: http.IncomingMessage | undefined
    let body = ''
    let tookMs: number | undefined
    const end = (error: string | null): void => {
      clearTimeout(timer)
      tookMs ??= performance.now() - begun
      const status = answered?.statusCode ?? null
      const response = answered === undefined ? null : {headers: flat(answered.headers), body: body.slice(0, keptBytes)}
      resolve({status, response, error: status === null ? error : null})
    }
    const expire = (): void => {
      end('timeout')
      request.destroy()
    }
    // One more turn of the event loop, for an answer that arrived in time while this process was busy.
    const timer = setTimeout(() => setImmediate(expire), timeoutMs)
    request.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message))
    request.on('response', (response) => {
      tookMs = performance.now() - begun
      answered = response
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        if (body.length < keptBytes) body += chunk
      })
      response.on('close', () => end(null))
    })
    request.end(payload)
    return promise.then((outcome) => ({...outcome, tookMs: Math.round(tookMs ?? 0)}))
  }

  /** Closes idle connections. */
  close(): void {
    this.plain.destroy()
    this.secure.destroy()
  }

  private open(url: URL, headers: Record<string, string>): http.ClientRequest {
    const options = {method: 'POST', headers}
    if (url.protocol === 'http:') return http.request(url, {...options, agent: this.plain})
    // Certificates for loopback are self-signed.
    const rejectUnauthorized = !/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)
    return https.request(url, {...options, agent: this.secure, rejectUnauthorized})
  }
}

function withResolvers<T>(): {promise: Promise<T>; resolve: (value: T) => void} {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return {promise, resolve}
}

function flat(headers: http.IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
