import {setTimeout as delay} from 'node:timers/promises'
import {MeliError} from '../core/errors.js'
import type {CallbackListener, CallbackListenerOptions, ListeningCallback} from '../services/ports/index.js'
import {buildCallbackApp} from './callback-app.js'
import {makeCertificate} from './certificate.js'
import {type LoopbackEndpoint, loopbackEndpoint} from './loopback.js'
import {openSockets} from './open-sockets.js'
import type {CallbackOutcome} from './pages/callback-page.js'

/** A browser that does not read its answer must not hold up the program for longer than this. */
const patienceMs = 1000

/** Listens on loopback redirect URIs, http or https (with a certificate made on the spot). */
export function createCallbackListener(): CallbackListener {
  return {
    async listen(redirectUri, options) {
      const endpoint = loopbackEndpoint(redirectUri)
      return endpoint === undefined ? undefined : listenOnLoopback(redirectUri, options, endpoint)
    },
  }
}

async function listenOnLoopback(
  redirectUri: URL,
  {siteId, refuse}: CallbackListenerOptions,
  endpoint: LoopbackEndpoint,
): Promise<ListeningCallback> {
  const arrival = deferred<URL>()
  const outcome = deferred<CallbackOutcome>()
  let answered: Promise<void> = Promise.resolve()
  // Nobody may be waiting when the listener is closed.
  arrival.promise.catch(() => undefined)

  const app = await buildCallbackApp({
    redirectUri,
    siteId,
    hostHeaders: endpoint.hostHeaders,
    refuse,
    outcome: outcome.promise,
    onArrival(callback, sent) {
      answered = sent
      arrival.resolve(callback)
    },
  })
  const certificate = endpoint.secure ? await makeCertificate(endpoint.host) : undefined
  const sockets = await openSockets(endpoint, (request, response) => app.routing(request, response), certificate)

  const answer = async (told: CallbackOutcome) => {
    outcome.resolve(told)
    await Promise.race([answered, delay(patienceMs, undefined, {ref: false})])
  }
  const shutDown = async () => {
    arrival.reject(new MeliError('MELI_INTERRUPTED', 'The login ended before the browser came back'))
    await answer({ok: false, code: 'MELI_INTERRUPTED', message: 'The login ended before it was complete.'})
    await sockets.close()
    await app.close()
  }
  let closed: Promise<void> | undefined
  return {
    next: (signal) => abortable(arrival.promise, signal),
    answer,
    close() {
      closed ??= shutDown()
      return closed
    },
  }
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, {once: true})
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined
  let reject: (reason: unknown) => void = () => undefined
  const promise = new Promise<T>((onValue, onReason) => {
    resolve = onValue
    reject = onReason
  })
  return {promise, resolve, reject}
}
