import {MeliError} from '../../../core/errors.js'

/** No account of this name or id is connected. */
export function accountUnknown(
  name: string | number,
  suggestions: readonly string[] = ['meli auth status'],
): MeliError {
  return new MeliError('MELI_ACCOUNT_UNKNOWN', `no connected account is called ${name}`, {try: suggestions})
}

/** Tokens that last six hours are not connected. `kept` says what became of them. */
export function offlineAccessMissing(kept: string, next: readonly string[] = []): MeliError {
  return new MeliError(
    'MELI_OFFLINE_ACCESS_MISSING',
    `the application grants no refresh token, so the connection would end in six hours; ${kept}`,
    {
      try: [
        'turn on offline_access (refresh token) for the application in the DevCenter, then run meli auth login',
        ...next,
      ],
    },
  )
}

/** It was there a moment ago: another process has logged it out. */
export function disconnected(nickname: string): MeliError {
  return new MeliError('MELI_ACCOUNT_UNKNOWN', `${nickname} was disconnected in the meantime`, {
    try: ['meli auth login'],
  })
}

/**
 * The guard: a test user where a real account is meant, or the reverse.
 * @param flag how the caller names the mode
 */
export function wrongKind(nickname: string, sandbox: boolean, flag = '--sandbox'): MeliError {
  return new MeliError(
    'MELI_WRONG_KIND',
    sandbox
      ? `${nickname} is a real account, and ${flag} acts as test users only`
      : `${nickname} is a test user, and without ${flag} only real accounts act`,
    {
      try: [
        sandbox ? `omit ${flag}, or name a test user` : `add ${flag}, or name a real account`,
        'meli auth status shows which account is of which kind',
      ],
    },
  )
}
