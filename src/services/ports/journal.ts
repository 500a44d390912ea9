/**
 * An exchange sends an authorization code (`login`), the refresh token of a connected account, one that is imported, that of
 * a pending installation, or the request to take the application's permission back.
 */
export type ExchangeKind = 'login' | 'refresh' | 'import' | 'pending_refresh' | 'revocation'

export type ExchangeOutcome = 'sent' | 'stored' | 'failed'

/** One exchange with the authorization server, written before the request leaves. */
export interface Exchange {
  id: string
  kind: ExchangeKind
  /** Null when a code does not say whose it is. */
  userId: number | null
  /** First 16 hex digits of the SHA-256 of what was sent: tells tokens apart without holding one. Null for a revocation. */
  fingerprint: string | null
  /** The same of the refresh token that came back and was stored, for whichever user. */
  received: string | null
  processId: number
  host: string
  reason: string
  sentAt: Date
  finishedAt: Date | null
  /** A revocation that was carried out is `stored`. */
  outcome: ExchangeOutcome
  /** Our error code when it failed; null only when the request never left this machine. */
  errorCode: string | null
}

export type NewExchange = Omit<Exchange, 'id' | 'received' | 'finishedAt' | 'outcome' | 'errorCode'>

/** The journal entry that becomes `stored` in the same transaction as the answer. */
export interface Answered {
  exchangeId: string
  /** Fingerprint of the refresh token in the answer, if it has one. */
  received: string | null
}

/** Table `token_refresh`. */
export interface ExchangeJournal {
  begin(exchange: NewExchange): Promise<string>
  /** Undefined, and nothing is written, when the same token was sent since the entry `known` (or ever, without one). */
  beginUnlessSent(exchange: NewExchange, known: string | undefined): Promise<string | undefined>
  /** Only an entry that is still `sent` changes. */
  finish(id: string, outcome: 'stored' | 'failed', errorCode: string | null, at: Date): Promise<void>
  /** Entries of one user, newest first; of all kinds when none is named. */
  recent(userId: number, limit: number, kinds?: readonly ExchangeKind[]): Promise<Exchange[]>
  /**
   * Entries of one user since this refresh token was received, newest first, without requests that never left: those behind
   * the entry that brought it, and those whose answer came after that and was dropped. Without an entry that brought it,
   * those begun since `storedAt`, and those that sent this very token.
   */
  since(userId: number, token: {fingerprint: string; storedAt: Date}): Promise<Exchange[]>
  /** Entries that sent this refresh token, newest first. */
  ofToken(fingerprint: string): Promise<Exchange[]>
}
