import {request as plainRequest} from 'node:http'
import {request as secureRequest} from 'node:https'
import type {NotificationForwarder} from '../services/ports/index.js'

const timeoutMs = 30_000

/** Posts to an address of the developer's own. Nothing secret is sent, and redirects are not followed. */
export function createForwarder(url: URL, {userAgent}: {userAgent: string}): NotificationForwarder {
  return {
    async forward(body, signal) {
      const startedAt = performance.now()
      const timeout = AbortSignal.timeout(timeoutMs)
      const end = (status: number | null, error: string | null) => ({
        status,
        error,
        ms: Math.round(performance.now() - startedAt),
      })
      try {
        return end(await post(url, {body, userAgent, signal: AbortSignal.any([signal, timeout])}), null)
      } catch (error) {
        return end(null, timeout.aborted ? 'timed out' : reasonOf(error))
      }
    },
  }
}

/** The status of the answer. Not by fetch: it leaves it to the environment whether a certificate is verified. */
function post(
  url: URL,
  {body, userAgent, signal}: {body: string; userAgent: string; signal: AbortSignal},
): Promise<number> {
  const headers = {'content-type': 'application/json', 'user-agent': userAgent}
  const options = {method: 'POST', headers, signal}
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === 'https:'
        ? secureRequest(url, {...options, rejectUnauthorized: true})
        : plainRequest(url, options)
    request.once('error', reject)
    request.once('response', (response) => {
      resolve(response.statusCode ?? 0)
      response.destroy()
    })
    request.end(body)
  })
}

/** `ECONNREFUSED` and such. */
function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'failed'
}
