export interface Browser {
  /** False when no browser could be started; never throws. */
  open(url: URL, options: {private: boolean}): Promise<boolean>
}

export interface ListeningCallback {
  /** Resolves with the full callback address of the first request to the redirect path that is not refused. */
  next(signal: AbortSignal): Promise<URL>
  /** Answers the browser that is waiting: connected, or what went wrong. */
  answer(outcome: {ok: true; nickname: string} | {ok: false; code: string; message: string}): Promise<void>
  close(): Promise<void>
}

export interface CallbackListenerOptions {
  /** Chooses the language of the page. */
  siteId: string
  /** Why a callback does not belong to the login, if so. Its browser is told, and the listener goes on waiting. */
  refuse(callback: URL): {code: string; message: string} | undefined
}

export interface CallbackListener {
  /**
   * Binds before it returns (MELI_CALLBACK_PORT_TAKEN). Undefined when the redirect URI leads elsewhere than to this
   * machine, so that nobody can listen on it.
   */
  listen(redirectUri: URL, options: CallbackListenerOptions): Promise<ListeningCallback | undefined>
}

export interface Terminal {
  /** Whether there is somebody to ask. */
  readonly interactive: boolean
  /** A line for the person, on stderr, also under --json. Secrets that are in use are taken out. */
  say(line: string): void
  /** The same with a secret that the person needs: the address to open, a password that is shown once. */
  reveal(line: string): void
  /** MELI_TERMINAL_NEEDED where there is no terminal. */
  ask(question: string, signal?: AbortSignal): Promise<string>
}

export interface CommandRunner {
  /** Runs a shell command with this standard input; its own output goes to stderr. Resolves with its exit status. */
  run(command: string, stdin: string): Promise<number>
}
