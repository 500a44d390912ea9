/** Exit status per family of causes; the same with and without `--json`. Documented in docs/settings.md and docs/errors.md. */
export const exitCodes = {
  bug: 1,
  usage: 2,
  config: 3,
  auth: 4,
  api: 5,
  network: 6,
  check: 7,
  guard: 8,
  interrupted: 130,
} as const

export type Family = keyof typeof exitCodes

type Entry = {family: Family; meaning: string; retryable?: true}

/** Every code that a user can meet. docs/errors.md explains each, and a test compares the two. */
export const catalogue = {
  MELI_UNEXPECTED: {family: 'bug', meaning: 'A fault in meli itself'},

  MELI_USAGE: {family: 'usage', meaning: 'An unknown command, flag or argument, or a bad value'},
  MELI_TERMINAL_NEEDED: {family: 'usage', meaning: 'A question had to be asked, and there is no terminal'},
  MELI_SITE_UNKNOWN: {family: 'usage', meaning: 'Mercado Libre has no site with this id'},
  MELI_CALLBACK_UNREADABLE: {family: 'usage', meaning: 'The pasted address carries neither a code nor an error'},
  MELI_INPUT_UNREADABLE: {family: 'usage', meaning: 'Standard input does not contain what the command needs'},
  MELI_COMMAND_NOT_FOUND: {family: 'usage', meaning: 'The command to run does not exist or cannot be started'},
  MELI_PRODUCT_UNKNOWN: {family: 'usage', meaning: 'The local catalogue does not have this product'},
  MELI_VARIATION_NEEDED: {family: 'usage', meaning: 'Stock is kept for each variation of the item'},
  MELI_VARIATION_UNKNOWN: {family: 'usage', meaning: 'The item has no such variation'},
  MELI_NO_INVERSE: {family: 'usage', meaning: 'This change cannot be undone'},
  MELI_QUESTION_UNKNOWN: {family: 'usage', meaning: 'The local copy does not have this question'},
  MELI_ORDER_UNKNOWN: {family: 'usage', meaning: 'The local copy does not have this order'},
  MELI_SHIPMENT_UNKNOWN: {family: 'usage', meaning: 'The local copy does not have this shipment'},
  MELI_OPERATOR_UNKNOWN: {family: 'usage', meaning: 'No operator has this name'},
  MELI_INSTALL_UNKNOWN: {family: 'usage', meaning: 'No pending installation has this id'},
  MELI_NOTIFICATION_UNKNOWN: {family: 'usage', meaning: 'The inbox does not have this notification'},
  MELI_LIVE_NEEDED: {
    family: 'usage',
    meaning: 'A real account would be changed, and there is no terminal to confirm at',
  },
  MELI_HISTORY_UNKNOWN: {family: 'usage', meaning: 'The history has no entry with this number'},
  MELI_FILE_EXISTS: {family: 'usage', meaning: 'The file to write already exists'},
  MELI_FILE_UNREADABLE: {family: 'usage', meaning: 'A file cannot be read, or does not contain what the command needs'},
  MELI_LINE_INVALID: {family: 'usage', meaning: 'A line of the file is invalid'},

  MELI_CONFIG_INVALID: {family: 'config', meaning: 'A setting has an invalid value'},
  MELI_CLIENT_ID_MISSING: {family: 'config', meaning: 'No application id is set'},
  MELI_CLIENT_SECRET_MISSING: {family: 'config', meaning: 'No client secret is set'},
  MELI_REDIRECT_MISMATCH: {family: 'config', meaning: 'The redirect URI is not the one needed here'},
  MELI_REDIRECT_URI_MISSING: {family: 'config', meaning: 'No redirect URI is set'},
  MELI_CLIENT_REJECTED: {family: 'config', meaning: 'Mercado Libre does not accept this client id and secret'},
  MELI_CLIENT_MISMATCH: {family: 'config', meaning: 'The account was connected with another application'},
  MELI_OFFLINE_ACCESS_MISSING: {family: 'config', meaning: 'The application grants no refresh token'},
  MELI_CALLBACK_PORT_TAKEN: {family: 'config', meaning: 'The port of the redirect URI is in use'},
  MELI_PORT_UNAVAILABLE: {family: 'config', meaning: 'The port cannot be used'},
  MELI_BIND_REFUSED: {family: 'config', meaning: 'Other machines could reach the server without TLS'},
  MELI_KEY_INVALID: {family: 'config', meaning: 'The encryption key is not 32 bytes of base64'},
  MELI_KEY_UNREADABLE: {family: 'config', meaning: 'The key file cannot be read or created'},
  MELI_SEAL_BROKEN: {family: 'config', meaning: 'A stored secret cannot be decrypted: wrong key or changed data'},
  MELI_DATABASE_TOO_NEW: {family: 'config', meaning: 'The database was written by a newer meli'},
  MELI_DATABASE_UNREADABLE: {family: 'config', meaning: 'The database cannot be opened'},
  MELI_DATABASE_BUSY: {family: 'config', meaning: 'The database stayed locked by another program', retryable: true},
  MELI_INSTALL_BROKEN: {family: 'config', meaning: 'The installed package is incomplete'},
  MELI_NATIVE_MODULE_UNAVAILABLE: {family: 'config', meaning: 'The native part of SQLite cannot be loaded'},
  MELI_STORAGE_FULL: {family: 'config', meaning: 'The disk is full'},
  MELI_FOREIGN_OWNER: {family: 'config', meaning: 'A file or folder belongs to another user'},
  MELI_STORAGE_READ_ONLY: {family: 'config', meaning: 'The folder or file is not writable'},

  MELI_NO_ACCOUNT: {family: 'auth', meaning: 'No account is connected'},
  MELI_NO_TEST_USER: {family: 'auth', meaning: 'No test user is connected'},
  MELI_ACCOUNT_UNKNOWN: {family: 'auth', meaning: 'No connected account has this id or nickname'},
  MELI_ACCOUNT_AMBIGUOUS: {family: 'auth', meaning: 'Several accounts match, and none is the default'},
  MELI_AUTHORIZATION_LOST: {family: 'auth', meaning: 'The stored authorization no longer works; connect again'},
  MELI_TOKEN_EXPIRED: {family: 'auth', meaning: 'The access token has expired, and refreshing was not allowed'},
  MELI_TOKEN_REJECTED: {family: 'auth', meaning: 'Mercado Libre rejects the access token'},
  MELI_GRANT_REJECTED: {family: 'auth', meaning: 'Mercado Libre rejected the authorization code or refresh token'},
  MELI_GRANT_MISMATCH: {family: 'auth', meaning: 'Mercado Libre answered with the tokens of another account'},
  MELI_TOKEN_SPENT: {family: 'auth', meaning: 'The refresh token was already used, and its answer is stored'},
  MELI_ANSWER_SUPERSEDED: {family: 'auth', meaning: 'The answer arrived after other tokens had been stored'},
  MELI_STATE_UNKNOWN: {family: 'auth', meaning: 'The state in the callback was not issued here'},
  MELI_STATE_EXPIRED: {family: 'auth', meaning: 'The login took longer than 15 minutes'},
  MELI_STATE_USED: {family: 'auth', meaning: 'This callback was already used'},
  MELI_AUTHORIZATION_DENIED: {family: 'auth', meaning: 'The seller or the service refused the authorization'},
  MELI_OPERATOR_ACCOUNT: {family: 'auth', meaning: 'A collaborator logged in; only the administrator can authorize'},
  MELI_PKCE_REQUIRED: {family: 'auth', meaning: 'The application requires PKCE, and the login did not use it'},
  MELI_LOGIN_TIMED_OUT: {family: 'auth', meaning: 'The browser did not come back in time'},

  MELI_API_REJECTED: {family: 'api', meaning: 'Mercado Libre refused the request'},
  MELI_FORBIDDEN: {family: 'api', meaning: 'The application or account is not allowed to do this'},
  MELI_QUESTION_NOT_OPEN: {family: 'api', meaning: 'The question is no longer open'},
  MELI_NOT_FOUND: {family: 'api', meaning: 'Mercado Libre does not have this resource'},
  MELI_CHANGE_REFUSED: {family: 'api', meaning: 'A rule of Mercado Libre forbids the change of the item'},
  MELI_ITEM_BUSY: {
    family: 'api',
    meaning: 'The item was being changed by somebody else on every attempt',
    retryable: true,
  },
  MELI_TEST_USER_LIMIT: {family: 'api', meaning: 'Mercado Libre refuses another test user'},

  MELI_UNREACHABLE: {family: 'network', meaning: 'No connection to Mercado Libre', retryable: true},
  MELI_TIMED_OUT: {family: 'network', meaning: 'Mercado Libre did not answer in time', retryable: true},
  MELI_SERVICE_FAILING: {
    family: 'network',
    meaning: 'Mercado Libre answered with an error of its own',
    retryable: true,
  },
  MELI_RATE_LIMITED: {family: 'network', meaning: 'Mercado Libre is limiting requests', retryable: true},
  MELI_ANSWER_UNUSABLE: {family: 'network', meaning: 'The answer is not what the service documents', retryable: true},
  MELI_LISTING_EXPIRED: {
    family: 'network',
    meaning: 'The listing took longer than its scroll id is valid',
    retryable: true,
  },
  MELI_REFRESH_BUSY: {
    family: 'network',
    meaning: 'Another process is refreshing the token and did not finish',
    retryable: true,
  },
  MELI_INSTALL_BUSY: {family: 'network', meaning: 'The token of the installation is being refreshed', retryable: true},
  MELI_PUSH_BUSY: {family: 'network', meaning: 'Another process is pushing this file', retryable: true},
  MELI_SYNC_BUSY: {family: 'network', meaning: 'Another process is syncing this account', retryable: true},

  MELI_CHECK_FAILED: {family: 'check', meaning: 'A check failed'},
  MELI_ON_ROTATE_FAILED: {family: 'check', meaning: 'The command given to --on-rotate failed'},
  MELI_SYNC_INCOMPLETE: {family: 'check', meaning: 'The catalogue could not be read completely'},
  MELI_LISTING_INCOMPLETE: {family: 'check', meaning: 'A listing returned fewer results than the service counts'},
  MELI_LABEL_REFUSED: {family: 'check', meaning: 'Some labels cannot be printed now'},
  MELI_UNDO_OUTDATED: {family: 'check', meaning: 'The item has changed since the change to be undone'},

  MELI_WRONG_ACCOUNT: {family: 'guard', meaning: 'Another account than the expected one authorized'},
  MELI_WRONG_KIND: {family: 'guard', meaning: 'A test user where a real account is expected, or the reverse'},
  MELI_NOT_CONFIRMED: {family: 'guard', meaning: 'The change was not confirmed'},

  MELI_INTERRUPTED: {family: 'interrupted', meaning: 'Stopped by a signal; what was done is kept'},
} as const satisfies Record<`MELI_${string}`, Entry>

export type ErrorCode = keyof typeof catalogue

export interface MeliErrorOptions {
  /** What to do next, a sentence or a command each. */
  try?: readonly string[]
  /** Facts for programs: never a secret. */
  details?: Readonly<Record<string, unknown>>
  cause?: unknown
}

/** The one error that leaves this program on purpose: a stable code, a sentence, and something to try. */
export class MeliError extends Error {
  readonly family: Family
  readonly exitCode: number
  /** oclif reads the status here in one mode and in `exitCode` in the other. */
  readonly oclif: {exit: number}
  readonly retryable: boolean
  readonly suggestions: string[]
  readonly details: Readonly<Record<string, unknown>> | undefined

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: MeliErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : {cause: options.cause})
    this.name = 'MeliError'
    const entry: Entry = catalogue[code]
    this.family = entry.family
    this.exitCode = exitCodes[entry.family]
    this.oclif = {exit: this.exitCode}
    this.retryable = entry.retryable ?? false
    this.suggestions = [...(options.try ?? [])]
    this.details = options.details
  }
}

/** An error as results and `--json` have it. Documented in docs/errors.md. */
export interface ErrorDocument {
  code: string
  message: string
  exit_code: number
  retryable: boolean
  suggestions: readonly string[]
  details?: Readonly<Record<string, unknown>>
}

export function errorDocument({code, message, exitCode, retryable, suggestions, details}: MeliError): ErrorDocument {
  return {code, message, exit_code: exitCode, retryable, suggestions, ...(details !== undefined && {details})}
}

/** Narrows to our error, optionally to one code. */
export function isMeliError(error: unknown, code?: ErrorCode): error is MeliError {
  return error instanceof MeliError && (code === undefined || error.code === code)
}
