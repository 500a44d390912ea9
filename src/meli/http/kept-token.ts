import type {TokenSource} from '../../services/ports/index.js'

/** A token handed out as valid is so for minutes: nothing is lost by believing it for some seconds. */
const keptMs = 10_000

/**
 * Asks for the token now and then rather than before each of thousands of requests: looking it up, with the seal on it,
 * takes as long as half a request. A token that was rejected is forgotten.
 */
export function keepToken(source: TokenSource, now: () => Date): TokenSource {
  let kept: {token: Promise<string>; until: number} | undefined
  const current = (): Promise<string> => {
    const at = now().getTime()
    // Also when the clock was set back.
    if (kept !== undefined && at < kept.until && at >= kept.until - keptMs) return kept.token
    const asked = {token: source.current(), until: at + keptMs}
    kept = asked
    asked.token.catch(() => {
      if (kept === asked) kept = undefined
    })
    return asked.token
  }
  if (source.renew === undefined) return {current}
  const renew = source.renew.bind(source)
  return {
    current,
    async renew(rejected) {
      kept = undefined
      return renew(rejected)
    },
  }
}
