import {Flags} from '@oclif/core'
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

export const sandbox = Flags.boolean({summary: 'Act as a test user; real accounts are out of reach.'})

export const site = Flags.string({
  summary: 'Site id, such as MEC, MLB or MLA (MELI_SITE).',
  helpValue: 'SITE',
  parse: async (id) => id.trim().toUpperCase(),
})

/** Durations such as 90s, 30m or 2h; the parsed value is in milliseconds. */
export const duration = Flags.custom<number>({
  helpValue: 'DURATION',
  parse: async (text) => {
    const ms = parseDuration(text)
    if (ms === undefined) throw new Error(`${text} is not a duration such as 90s, 30m or 2h`)
    return ms
  },
})
