import {isMeliError, MeliError} from '../../../core/errors.js'
import type {
  Browser,
  CallbackListener,
  CallbackListenerOptions,
  Clock,
  ListeningCallback,
  Terminal,
} from '../../ports/index.js'
import {parseCallback} from './callback.js'
import type {LinkResult} from './linker.js'
import type {LoginRequest, LoginService, StartedLogin} from './login-service.js'
import {believe, unknownState} from './state.js'

export interface LoginFlowOptions extends LoginRequest {
  browser: boolean
  /** Refuse a real account; and open a private window, where a test user does not meet the seller's own session. */
  testUser: boolean
  signal?: AbortSignal
}

export interface LoginFlowDeps {
  login: LoginService
  listener: CallbackListener
  browser: Browser
  terminal: Terminal
  clock: Clock
}

/** Notices about refused callbacks in one login: anybody on this machine can send as many as they like. */
const mostNotices = 3

const question = 'Paste the address the browser ended on, or the code:'

/** A login with somebody at the keyboard: opens the page, and waits for the callback or for a paste. */
export class LoginFlow {
  constructor(private readonly deps: LoginFlowDeps) {}

  async run(options: LoginFlowOptions): Promise<LinkResult> {
    const {login, terminal} = this.deps
    let begun: StartedLogin | undefined
    const refuse = this.noticing((callback) => whyForeign(callback, begun?.state))
    // Listen first: a seller who consented before is sent back at once.
    const listening = await this.listen(options, refuse)
    try {
      // Where nobody can paste and no browser can come back, say so before anything is begun.
      if (listening === undefined && !terminal.interactive) await terminal.ask(question)
      const started = await login.start(options)
      begun = started
      terminal.reveal(
        `Open this address to connect${options.expect === undefined ? '' : ` as ${options.expect}`}:\n\n  ${started.authorization_url}\n`,
      )
      if (listening !== undefined && options.redirectUri.startsWith('https:')) {
        terminal.say(`The browser will warn about the certificate of this machine, which was made for this login: accept it.
`)
      }
      if (options.browser) await this.open(started, options)
      if (listening !== undefined)
        terminal.say('Waiting up to 15 minutes for the browser to come back. Press Ctrl-C to stop.')
      return await this.complete(options, started, listening)
    } finally {
      await listening?.close()
    }
  }

  /** Finds out, before anything scarce is used up, whether this login could be finished from here. */
  async checkCanFinish({redirectUri, siteId}: Pick<LoginFlowOptions, 'redirectUri' | 'siteId'>): Promise<void> {
    const listening = await this.listen({redirectUri, siteId}, (callback) => whyForeign(callback, undefined))
    await listening?.close()
    if (listening === undefined && !this.deps.terminal.interactive) await this.deps.terminal.ask(question)
  }

  /** With somebody at the keyboard a taken port is no reason to stop: the address can be pasted. */
  private async listen({redirectUri, siteId}: Pick<LoginFlowOptions, 'redirectUri' | 'siteId'>, refuse: Refuse) {
    try {
      return await this.deps.listener.listen(new URL(redirectUri), {siteId, refuse})
    } catch (error) {
      if (!isMeliError(error, 'MELI_CALLBACK_PORT_TAKEN') || !this.deps.terminal.interactive) throw error
      this.deps.terminal.say(`${error.message}, so the browser cannot come back here: paste its address below instead.`)
      return undefined
    }
  }

  /** Tells the person of the first few callbacks that are refused. */
  private noticing(refuse: Refuse): Refuse {
    let count = 0
    return (callback) => {
      const refused = refuse(callback)
      if (refused === undefined) return undefined
      count += 1
      const more = count === mostNotices ? ' Further ones are refused silently.' : ''
      if (count <= mostNotices)
        this.deps.terminal.say(`A callback was refused: ${refused.message}. Still waiting.${more}`)
      return refused
    }
  }

  private async open(started: StartedLogin, {testUser}: LoginFlowOptions): Promise<void> {
    const opened = await this.deps.browser.open(new URL(started.authorization_url), {private: testUser})
    if (opened) return
    const {terminal} = this.deps
    // Where nobody is, nobody will open it: better said now than after a quarter of an hour.
    if (!terminal.interactive) await terminal.ask(question)
    terminal.say(
      `No browser could be started here: open the address yourself${testUser ? ', in a private window' : ''}.`,
    )
  }

  private async complete(
    options: LoginFlowOptions,
    started: StartedLogin,
    listening: ListeningCallback | undefined,
    slipsLeft = 2,
  ): Promise<LinkResult> {
    const {testUser, signal} = options
    const {callback, pasted} = await this.callback(started, listening, signal)
    try {
      const result = await this.deps.login.complete(callback, {state: started.state, testUser})
      await listening?.answer({ok: true, nickname: result.nickname})
      return result
    } catch (error) {
      if (pasted && slipsLeft > 0 && isSlip(error)) {
        // Nothing was used up by it: a slip of the clipboard does not end the login.
        this.deps.terminal.say(`That did not work: ${error.message}. Copy the whole address that the browser ended on.`)
        return await this.complete(options, started, listening, slipsLeft - 1)
      }
      const code = error instanceof MeliError ? error.code : 'MELI_UNEXPECTED'
      const message = error instanceof MeliError ? error.message : 'something went wrong; see the terminal'
      await listening?.answer({ok: false, code, message})
      throw error
    }
  }

  /** From the browser when the redirect URI is this machine's, from the keyboard too: the browser may run elsewhere. */
  private async callback(
    started: StartedLogin,
    listening: ListeningCallback | undefined,
    signal: AbortSignal | undefined,
  ): Promise<{callback: string; pasted: boolean}> {
    const {terminal} = this.deps
    const waiting = new AbortController()
    const interrupt = () => waiting.abort(signal?.reason)
    // It may have come while the login was begun.
    if (signal?.aborted) throw signal.reason
    signal?.addEventListener('abort', interrupt, {once: true})
    const sources: Promise<{callback: string; pasted: boolean}>[] = [this.timeOut(started, waiting.signal)]
    if (listening !== undefined)
      sources.push(listening.next(waiting.signal).then((url) => ({callback: url.href, pasted: false})))
    if (listening === undefined || terminal.interactive) {
      sources.push(terminal.ask(question, waiting.signal).then((callback) => ({callback, pasted: true})))
    }
    try {
      return await Promise.race(sources)
    } finally {
      signal?.removeEventListener('abort', interrupt)
      waiting.abort()
      await Promise.allSettled(sources)
    }
  }

  private async timeOut(started: StartedLogin, signal: AbortSignal): Promise<never> {
    const {clock} = this.deps
    await clock.sleep(Date.parse(started.expires_at) - clock.now().getTime(), signal)
    throw new MeliError('MELI_LOGIN_TIMED_OUT', 'nobody came back from the browser in 15 minutes', {
      try: [
        'meli auth login',
        'meli auth login --no-wait, then meli auth complete with the address the browser ended on',
      ],
    })
  }
}

type Refuse = CallbackListenerOptions['refuse']

/** A callback that is unreadable or has another state is not the answer to this login, and does not end it. */
function whyForeign(callback: URL, state: string | undefined): MeliError | undefined {
  if (state === undefined) return unknownState()
  try {
    believe(parseCallback(callback.href), state)
    return undefined
  } catch (error) {
    if (isSlip(error)) return error
    throw error
  }
}

function isSlip(error: unknown): error is MeliError {
  return isMeliError(error, 'MELI_CALLBACK_UNREADABLE') || isMeliError(error, 'MELI_STATE_UNKNOWN')
}
