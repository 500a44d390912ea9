import {MeliError} from '../../errors.js'
import type {Browser, CallbackListener, Clock, ListeningCallback, People} from '../ports.js'
import type {LinkResult} from './linker.js'
import type {LoginRequest, LoginService, StartedLogin} from './login-service.js'

export interface LoginFlowOptions extends LoginRequest {
  browser: boolean
  /** A private window, so that a test user does not meet the seller's own session. */
  privateWindow: boolean
}

export interface LoginFlowDeps {
  login: LoginService
  listener: CallbackListener
  browser: Browser
  people: People
  clock: Clock
}

/** A login with somebody at the keyboard: opens the page, and waits for the callback or for a paste. */
export class LoginFlow {
  constructor(private readonly deps: LoginFlowDeps) {}

  async run(options: LoginFlowOptions): Promise<LinkResult> {
    const {login, listener, people, browser} = this.deps
    // Listen first: a seller who consented before is sent back at once.
    const listening = await listener.listen(new URL(options.redirectUri), {siteId: options.siteId})
    try {
      const started = await login.start(options)
      people.say(
        `Open this address to connect${options.expect === undefined ? '' : ` as ${options.expect}`}:\n\n  ${started.authorization_url}\n`,
      )
      if (options.browser) await browser.open(new URL(started.authorization_url), {private: options.privateWindow})
      const callback = await this.callback(started, listening)
      return await this.complete(callback, started, listening)
    } finally {
      await listening?.close()
    }
  }

  private async complete(
    callback: string,
    started: StartedLogin,
    listening: ListeningCallback | undefined,
  ): Promise<LinkResult> {
    try {
      const result = await this.deps.login.complete(callback, started.state)
      await listening?.answer({ok: true, nickname: result.nickname})
      return result
    } catch (error) {
      const code = error instanceof MeliError ? error.code : 'MELI_UNEXPECTED'
      const message = error instanceof MeliError ? error.message : 'something went wrong; see the terminal'
      await listening?.answer({ok: false, code, message})
      throw error
    }
  }

  /** From the browser when the redirect URI is this machine's, else (or also, if it never gets here) from the keyboard. */
  private async callback(started: StartedLogin, listening: ListeningCallback | undefined): Promise<string> {
    const {people, clock} = this.deps
    const question = 'Paste the address the browser ended on, or the code:'
    if (listening === undefined) return people.ask(question)

    const waiting = new AbortController()
    const lifeMs = Date.parse(started.expires_at) - clock.now().getTime()
    people.say('Waiting for the browser to come back. If it cannot reach this machine, stop here and use --no-wait.')
    try {
      return await Promise.race([
        listening.next(waiting.signal).then((url) => url.href),
        clock.sleep(lifeMs, waiting.signal).then(() => {
          throw new MeliError('MELI_LOGIN_TIMED_OUT', 'nobody came back from the browser in 15 minutes', {
            try: [
              'meli auth login',
              'meli auth login --no-wait, and meli auth complete with the address the browser ended on',
            ],
          })
        }),
      ])
    } finally {
      waiting.abort()
    }
  }
}
