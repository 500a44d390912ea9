import {Args, Errors, Flags} from '@oclif/core'
import {logLevels, parseDuration} from '../config/config.js'
import {isLoopback} from '../core/loopback.js'
import {readItemName} from '../records/item-name.js'
import {itemStatuses} from '../records/item-statuses.js'
import {moment} from './parse-date.js'

/** Text that says something: an empty one is most likely a variable that is not set. */
export const text = Flags.custom<string>({
  parse: async (given) => {
    if (given.trim() === '') throw new Errors.CLIError('the value is empty')
    return given.trim()
  },
})

/** Whom a login or an import must turn out to be. */
export const expect = text({summary: 'Refuse any other account.', helpValue: 'ID|NICK'})

/** Every command has these. Flags have no environment name of their own: config.ts reads the environment, in one place. */
export const baseFlags = {
  settings: Flags.string({
    summary: 'Read MELI_ settings from this env file; the environment wins over it.',
    helpGroup: 'GLOBAL',
    helpValue: 'FILE',
  }),
  'log-level': Flags.option({options: logLevels, helpGroup: 'GLOBAL'})({summary: 'Log to stderr, without secrets.'}),
  debug: Flags.boolean({
    default: false,
    summary: 'Same as --log-level debug: show each HTTP request.',
    helpGroup: 'GLOBAL',
    exclusive: ['log-level'],
  }),
  account: text({
    summary: 'Act as this user id or nickname (MELI_ACCOUNT).',
    helpGroup: 'GLOBAL',
    helpValue: 'ID|NICK',
  }),
}

export const sandbox = Flags.boolean({
  summary: 'Act as a test user; never as a real account.',
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

/** Of every command that changes something at the service. None of them can be set in the environment or in a file. */
export const writeFlags = {
  sandbox,
  site,
  live: text({
    summary: 'Change this real account without a confirmation; it must be the acting account.',
    helpValue: 'NICK',
    exclusive: ['sandbox'],
  }),
  'dry-run': Flags.boolean({default: false, summary: 'Show the exact requests without sending them.'}),
}

/** How a login is done, for the commands that end in one. */
export const loginFlags = {
  'redirect-uri': text({
    summary: 'Redirect URI as registered for the application (MELI_REDIRECT_URI).',
    helpValue: 'URI',
    parse: async (text) => {
      if (!URL.canParse(text))
        throw new Errors.CLIError('a redirect URI must be a complete address, as it is registered')
      return text
    },
  }),
  'no-browser': Flags.boolean({default: false, summary: 'Print the address instead of opening a browser.'}),
  'no-pkce': Flags.boolean({default: false, summary: 'Do not use PKCE (MELI_USE_PKCE=false).'}),
}

/** Durations such as 90s, 30m, 2h or 7d; the parsed value is in milliseconds. */
export const duration = Flags.custom<number, {max?: number; withUnit?: boolean}>({
  helpValue: 'DURATION',
  parse: async (text, _, {max, withUnit = false}) => {
    // A bare number is one of seconds: whoever writes 90 and means days must not lose what there is.
    if (withUnit && /\d\s*$/.test(text)) throw new Errors.CLIError(`write ${text.trim()}d if you mean days`)
    const ms = parseDuration(text)
    if (ms === undefined) throw new Errors.CLIError('write a duration as 90s, 30m, 2h or 7d')
    if (max !== undefined && ms > max) throw new Errors.CLIError(`too long: the maximum is ${max / 3_600_000}h`)
    return ms
  },
})

/** An item by its id in any spelling, by the address of its page, or by its SKU: the id where it is told, or the SKU. */
export function itemName(given: string): string {
  const name = readItemName(given)
  if (name.kind === 'item') return name.id
  if (name.kind === 'sku') return name.sku
  if (name.kind === 'product')
    throw new Errors.CLIError(
      `this is the page of product ${name.id}, which several items may share: name the item instead`,
    )
  throw new Errors.CLIError(
    `${given.trim() || 'an empty text'} is not an item: give an id such as MEC123456789, a SKU or the address of its page`,
  )
}

export const item = Args.custom<string>({parse: async (given) => itemName(given)})

/** A shipment's number, as labels and links have it. */
export function shipmentId(given: unknown): string {
  const id = String(given).trim()
  if (/^\d{1,18}$/.test(id)) return id
  throw new Errors.CLIError(`${id} is no shipment id such as 44000000001`)
}

export const shipment = Args.custom<string>({parse: async (given) => shipmentId(given)})

/** A question's number. */
export const question = Args.custom<string>({
  parse: async (given) => {
    const id = given.trim()
    if (/^[1-9]\d{0,14}$/.test(id)) return id
    throw new Errors.CLIError(`${given} is not a question id such as 13000000001`)
  },
})

/** An order's number. */
export const order = Args.custom<string>({
  parse: async (given) => {
    const id = given.trim().replace(/^#/, '')
    if (/^[1-9]\d{0,17}$/.test(id)) return id
    throw new Errors.CLIError(`${given} is no order id such as 2000000000000001`)
  },
})

/** An installation that waits for an operator. */
export const installation = Args.custom<string>({
  description: 'Id of the installation.',
  ignoreStdin: true,
  parse: async (given) => given.trim().toLowerCase(),
})

/** Pieces that buyers can have. */
export const quantity = Args.custom<number>({
  parse: async (given) => {
    if (/^\d{1,9}$/.test(given)) return Number(given)
    throw new Errors.CLIError(`${given} is not a quantity: write a whole number, 0 or more`)
  },
})

/** As meli notifications list and meli history show it. */
export function rowId(given: string): number {
  const id = Number(given)
  if (/^\d{1,15}$/.test(given) && id > 0) return id
  throw new Errors.CLIError(`${given} is not an id such as 17`)
}

/** Plain http only on this machine; `localhost:3000/path` will do. */
export const forwardAddress = Flags.custom<URL>({
  parse: async (given) => {
    const address = /^https?:/i.test(given) ? given : `http://${given}`
    const url = URL.canParse(address) ? new URL(address) : undefined
    if (url?.protocol === 'https:' || (url !== undefined && isLoopback(url.hostname))) return url
    throw new Errors.CLIError(
      'write an address of this machine, such as http://localhost:3000/webhook, or an https address',
    )
  },
})({summary: 'Forward each notification to this address.', helpValue: 'URL'})

/** Which products of the local catalogue. */
export const productFilters = {
  status: Flags.option({
    options: itemStatuses,
    summary: 'Include only products of this status.',
    helpValue: 'STATUS',
  })(),
  search: text({summary: 'Include only products with these words in the title, SKU or id.', helpValue: 'WORDS'}),
  'changed-since': Flags.custom<Date>({parse: async (given) => moment(given, new Date())})({
    summary: 'Include only products changed since then: 2d, 12h, or an ISO date or time in UTC.',
    helpValue: '2d|DATE',
  }),
  removed: Flags.boolean({default: false, summary: 'Include removed products.'}),
}

/** Statuses are of lower case at the service; people write them as they like. */
export const statusName = Flags.custom<string>({
  helpValue: 'STATUS',
  parse: async (given) => {
    if (given.trim() === '') throw new Errors.CLIError('the value is empty')
    return given.trim().toLowerCase()
  },
})

/** Of questions, orders and shipments. */
export const since = Flags.custom<Date>({parse: async (given) => moment(given, new Date())})({
  summary: 'Show only entries since then: 2d, 12h, or an ISO date or time in UTC.',
  helpValue: '2d|DATE',
})

/** A flag that may stand without its value, which the framework does not know. */
export function bareFlag(argv: readonly string[], flag: string, value: string): string[] {
  return argv.map((each, at) => {
    const isBare = each === flag && (argv[at + 1] ?? '-').startsWith('-')
    return isBare ? `${flag}=${value}` : each
  })
}

/** How fast, and for how long. */
export const pace = {
  rate: Flags.integer({
    summary: 'Maximum requests per minute (MELI_RATE_LIMIT).',
    helpValue: 'N',
    min: 1,
    max: 10_000_000,
  }),
  concurrency: Flags.integer({summary: 'Number of parallel requests; 8 by default.', helpValue: 'N', min: 1, max: 64}),
  // Longer than this no timer of Node waits: it would ring at once.
  'max-duration': duration({summary: 'Stop after this time; the next sync resumes.', max: 7 * 24 * 3_600_000}),
}

export const statuses = Flags.option({
  options: itemStatuses,
  summary: 'Sync only products of these statuses, separated by commas.',
  helpValue: 'STATUS',
  multiple: true,
  multipleNonGreedy: true,
  delimiter: ',',
})()
