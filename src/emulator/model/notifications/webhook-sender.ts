import http from 'node:http'
import https from 'node:https'
import type {Response} from './notification.js'

export interface DeliveryOutcome {
  tookMs: number
  status: number | null
  error: string | null
  response: Response | null
}

/** So much of an answer is kept for `/missed_feeds`. */
const keptBytes = 1024

/** Posts to callbacks. Redirects are not followed: any status is an answer. */
export class WebhookSender {
  // Idle connections go before any usual server would close them, so that none dies under a request.
  private readonly options = {keepAlive: true, timeout: 1000}
  private readonly plain = new http.Agent(this.options)
  private readonly secure = new https.Agent(this.options)

  /** What came of it within the time; never rejects. An answer counts from its first line, whenever its body ends. */
  post(url: URL, payload: string, headers: Record<string, string>, timeoutMs: number): Promise<DeliveryOutcome> {
    const begun = performance.now()
    const {promise, resolve} = withResolvers<Pick<DeliveryOutcome, 'error' | 'response' | 'status'>>()
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
    // One more turn: an answer that came while this process was busy has come in time.
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

  /** Closes the connections that are kept for the next one. */
  close(): void {
    this.plain.destroy()
    this.secure.destroy()
  }

  private open(url: URL, headers: Record<string, string>): http.ClientRequest {
    const options = {method: 'POST', headers}
    if (url.protocol === 'http:') return http.request(url, {...options, agent: this.plain})
    // A certificate made for a trial on this machine is signed by nobody.
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
