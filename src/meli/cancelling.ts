interface Cancelable {
  cancel(): void
}

/**
 * Requests under way by the signal that ends them. One listener for each signal: a sync sends thousands of requests
 * with the same one, and adding and removing a listener for each takes a fifth of a request's time.
 */
export class Cancelling {
  readonly #underWay = new WeakMap<AbortSignal, Set<Cancelable>>()

  async until<T>(request: Promise<T> & Cancelable, signal: AbortSignal | undefined): Promise<T> {
    if (signal === undefined) return request
    if (signal.aborted) request.cancel()
    const requests = this.#of(signal)
    requests.add(request)
    try {
      return await request
    } finally {
      requests.delete(request)
    }
  }

  #of(signal: AbortSignal): Set<Cancelable> {
    const known = this.#underWay.get(signal)
    if (known !== undefined) return known
    const requests = new Set<Cancelable>()
    this.#underWay.set(signal, requests)
    signal.addEventListener('abort', () => {
      for (const request of requests) request.cancel()
    })
    return requests
  }
}
