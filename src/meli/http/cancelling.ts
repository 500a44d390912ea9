/**
 * Requests under way by the signal that ends them. One listener for each signal: a sync sends thousands of requests
 * with the same one, and adding and removing a listener for each takes a fifth of a request's time.
 */
export class Cancelling {
  readonly #underWay = new WeakMap<AbortSignal, Set<() => void>>()

  async until<T>(answer: Promise<T>, cancel: () => void, signal: AbortSignal | undefined): Promise<T> {
    if (signal === undefined) return answer
    if (signal.aborted) cancel()
    const requests = this.#of(signal)
    requests.add(cancel)
    try {
      return await answer
    } finally {
      requests.delete(cancel)
    }
  }

  #of(signal: AbortSignal): Set<() => void> {
    const known = this.#underWay.get(signal)
    if (known !== undefined) return known
    const requests = new Set<() => void>()
    this.#underWay.set(signal, requests)
    signal.addEventListener('abort', () => {
      for (const cancel of requests) cancel()
    })
    return requests
  }
}
