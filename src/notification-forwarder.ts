import type {NotificationForwarder} from './services/ports.js'

const timeoutMs = 30_000

/** Posts to an address of the developer's own. Nothing secret is sent, and redirects are not followed. */
export function createForwarder(url: URL, {userAgent}: {userAgent: string}): NotificationForwarder {
  return {
    async forward(body, signal) {
      const startedAt = performance.now()
      const end = (status: number | null, error: string | null) => ({
        ...{status, error},
        ms: Math.round(performance.now() - startedAt),
      })
      try {
        const answer = await fetch(url, {
          method: 'POST',
          body,
          headers: {'content-type': 'application/json', 'user-agent': userAgent},
          redirect: 'manual',
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        })
        await answer.body?.cancel()
        return end(answer.status, null)
      } catch (error) {
        return end(null, reasonOf(error))
      }
    },
  }
}

/** `ECONNREFUSED` and such; what fetch throws has it within. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed'
  if (error.name === 'TimeoutError') return 'timed out'
  const {cause} = error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'failed'
}
