import {Errors, Flags} from '@oclif/core'
import {logLevels, parseDuration} from './config.js'

/** Every command has these. Flags have no environment name of their own: config.ts reads the environment, in one place. */
export const baseFlags = {
  'env-file': Flags.string({
    summary: 'Read MELI_ settings from this file, below the environment.',
    helpGroup: 'GLOBAL',
    helpValue: 'FILE',
  }),
  'log-level': Flags.option({options: logLevels, helpGroup: 'GLOBAL'})({summary: 'Log to stderr, without secrets.'}),
  debug: Flags.boolean({
    default: false,
    summary: 'Short for --log-level debug: shows each HTTP request.',
    helpGroup: 'GLOBAL',
    exclusive: ['log-level'],
  }),
  account: Flags.string({
    summary: 'Act as this user id or nickname (MELI_ACCOUNT).',
    helpGroup: 'GLOBAL',
    helpValue: 'ID|NICK',
  }),
}

export const sandbox = Flags.boolean({
  summary: 'Act as a test user; real accounts are out of reach.',
  // Without it the framework gives undefined, and the guard compares with false.
  default: false,
})

export const site = Flags.string({
  summary: 'Site id, such as MEC, MLB or MLA (MELI_SITE).',
  helpValue: 'SITE',
  parse: async (text) => {
    const id = text.trim().toUpperCase()
    if (!/^[A-Z]{3}$/.test(id)) throw new Errors.CLIError('a site is three letters, such as MEC, MLB or MLA')
    return id
  },
})

/** How a login is done, for the commands that end in one. */
export const loginFlags = {
  'redirect-uri': Flags.string({
    summary: 'Redirect URI as registered for the application (MELI_REDIRECT_URI).',
    helpValue: 'URI',
  }),
  browser: Flags.boolean({allowNo: true, default: true, summary: 'Open the page in a browser.'}),
  // No default: MELI_USE_PKCE decides where the flag is silent.
  pkce: Flags.boolean({allowNo: true, summary: 'Use PKCE; the application must agree (MELI_USE_PKCE).'}),
}

/** Durations such as 90s, 30m or 2h; the parsed value is in milliseconds. */
export const duration = Flags.custom<number, {max?: number}>({
  helpValue: 'DURATION',
  parse: async (text, _, {max}) => {
    const ms = parseDuration(text)
    if (ms === undefined) throw new Errors.CLIError('a duration is written as 90s, 30m or 2h')
    if (max !== undefined && ms > max) throw new Errors.CLIError(`that is too long: at most ${max / 3_600_000}h`)
    return ms
  },
})
