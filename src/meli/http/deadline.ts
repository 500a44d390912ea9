import {MeliError} from '../../core/errors.js'
import {longestTimerMs} from './time-limits.js'

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
  return new MeliError('MELI_TIMED_OUT', 'The time given for this ended before the next request could be sent', {
    try: ['give it more time; what was done is kept'],
    details: {sent: false},
  })
}
