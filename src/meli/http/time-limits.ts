import type {ClientRequest} from 'node:http'
import {MeliError} from '../../core/errors.js'

export interface TimeLimits {
  /** Until the connection stands: the look-up, a tunnel through a proxy and TLS included. */
  connectMs: number
  /** Until the end of the body. */
  timeoutMs: number
}

const mostConnectMs = 10_000
/** The longest that a timer of Node waits; one that should wait longer ends at once. */
const longestTimerMs = 2 ** 31 - 1

export function timeLimits(timeoutMs: number): TimeLimits {
  return {connectMs: Math.min(mostConnectMs, timeoutMs), timeoutMs: Math.min(timeoutMs, longestTimerMs)}
}

/** Named as the errors of the HTTP library are, so that both are translated alike. */
class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
  readonly code = 'ETIMEDOUT'

  constructor(readonly event: 'connect' | 'request') {
    super(`time is up for: ${event}`)
  }
}

/**
 * Tells when a request takes too long. Our own timers: a request without a socket, as while a proxy makes its tunnel,
 * tells nobody that it was destroyed, and whoever waited for that would wait for ever. Call what it returns at the end.
 */
export function watchTime(
  request: ClientRequest,
  {connectMs, timeoutMs}: TimeLimits,
  late: (error: Error) => void,
): () => void {
  const isSecure = request.protocol === 'https:'
  let isConnected = false
  const connecting = setTimeout(() => late(new TimeoutError('connect')), connectMs)
  const overall = setTimeout(() => late(new TimeoutError(isConnected ? 'request' : 'connect')), timeoutMs)
  const connected = () => {
    isConnected = true
    clearTimeout(connecting)
  }
  request.once('socket', (socket) => {
    if (request.reusedSocket || !(isSecure || socket.connecting)) connected()
    else socket.once(isSecure ? 'secureConnect' : 'connect', connected)
  })
  return () => {
    clearTimeout(connecting)
    clearTimeout(overall)
  }
}

/** Does work that stops with the signal's reason, or with MELI_TIMED_OUT at the deadline. */
export async function within<T>(
  {signal, deadline}: {signal?: AbortSignal | undefined; deadline?: Date | undefined},
  now: Date,
  work: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  if (deadline === undefined) return work(signal)
  const leftMs = deadline.getTime() - now.getTime()
  if (leftMs <= 0) throw timeIsUp()
  const end = AbortSignal.timeout(Math.min(leftMs, longestTimerMs))
  try {
    return await work(signal === undefined ? end : AbortSignal.any([signal, end]))
  } catch (error) {
    if (end.aborted && signal?.aborted !== true) throw timeIsUp()
    throw error
  }
}

function timeIsUp(): MeliError {
  return new MeliError('MELI_TIMED_OUT', 'The time limit ended before the next request could be sent', {
    try: ['give it more time; what was done is kept'],
    details: {sent: false},
  })
}
