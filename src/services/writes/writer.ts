import {type ErrorCode, type Family, isMeliError, MeliError} from '../../core/errors.js'
import type {
  Clock,
  Identity,
  Protect,
  ThisProcess,
  WriteAction,
  WriteAnswer,
  WriteApi,
  WriteEnd,
  WriteLog,
  WriteOutcome,
  WriteRequest,
  WriteValues,
} from '../ports/index.js'

/** One change, as the log keeps it. */
export interface Write {
  /** The command without its values: `stock set`. */
  command: string
  action: WriteAction
  /** The item, question or path that it is about. */
  subject: string
  variationId?: number | null
  request: WriteRequest
  before?: WriteValues | null
  after?: WriteValues | null
  /** The write that this one takes back. */
  undoes?: number
  pushId?: string
}

/** In whose name the log says that something was written. */
export type Author = Pick<Identity, 'userId' | 'nickname' | 'isTestUser'>

/** The account that sends; an `Actor` of the guard is one. */
export interface Sender {
  identity: Author
  session: {api: WriteApi}
}

export interface WriterDeps {
  log: WriteLog
  clock: Clock
  process: Pick<ThisProcess, 'newHolder'>
  protect: Protect
  /** Takes secrets out of a text. */
  redact: (text: string) => string
}

/** Sends what changes something: once, written down before it leaves and after its answer. */
export class Writer {
  private readonly holder: string

  constructor(private readonly deps: WriterDeps) {
    this.holder = deps.process.newHolder()
  }

  /**
   * The answer of 2xx, and under which number the log has it. Fails as `send` of the API does, with the number in
   * `details.write_id`. The signal stops what has not left yet; an answer on its way is waited for.
   */
  async send(actor: Sender, write: Write, signal?: AbortSignal): Promise<WriteAnswer & {writeId: number}> {
    const {result, writeId} = await this.record(
      actor.identity,
      write,
      () => actor.session.api.send(write.request, signal),
      ({status}) => ({status}),
      signal,
    )
    return Object.assign(result, {writeId})
  }

  /** The same around anything that sends one request. `judge` tells how it was answered when it did not fail. */
  async record<T>(
    who: Author,
    write: Write,
    perform: () => Promise<T>,
    judge: (result: T) => {status: number | null; error?: MeliError | null},
    signal?: AbortSignal,
  ): Promise<{result: T; writeId: number}> {
    signal?.throwIfAborted()
    return this.deps.protect(async () => {
      const writeId = await this.begin(who, write)
      let result: T
      try {
        result = await perform()
      } catch (error) {
        await this.end(writeId, this.failure(error, signal))
        throw withWriteId(error, writeId)
      }
      const {status, error = null} = judge(result)
      const outcome = error === null ? this.success(status) : this.failure(error, signal)
      await this.end(writeId, outcome)
      return {result, writeId}
    })
  }

  private begin({userId, nickname, isTestUser}: Author, write: Write): Promise<number> {
    const {redact, clock, log} = this.deps
    const {command, action, subject, request} = write
    return log.begin({
      ...{at: clock.now(), userId, nickname, isTestUser, command, action},
      subject: redact(subject),
      variationId: write.variationId ?? null,
      method: request.method,
      path: redact(request.path),
      body: withoutSecrets(bodyTextOf(request), redact),
      before: write.before ?? null,
      after: write.after ?? null,
      undoes: write.undoes ?? null,
      pushId: write.pushId ?? null,
      holder: this.holder,
    })
  }

  private success(status: number | null): WriteOutcome {
    return {at: this.deps.clock.now(), outcome: 'done', status, errorCode: null, message: null}
  }

  private failure(error: unknown, signal: AbortSignal | undefined): WriteOutcome {
    const {clock, redact} = this.deps
    return {
      at: clock.now(),
      outcome: outcomeOfError(error, signal?.aborted === true ? signal.reason : undefined),
      status: statusOf(error),
      errorCode: isMeliError(error) ? error.code : null,
      message: isMeliError(error) ? redact(error.message) : null,
    }
  }

  /** The error of a failed log also has the answer of the service. */
  private async end(writeId: number, outcome: WriteOutcome): Promise<void> {
    try {
      await this.deps.log.end(writeId, outcome)
    } catch (error) {
      if (!isMeliError(error)) throw error
      const said = outcome.outcome === 'done' ? 'the change was carried out' : `the change is ${outcome.outcome}`
      throw new MeliError(error.code, `${said}, and the log could not be written: ${error.message}`, {
        try: error.suggestions,
        details: {...error.details, write_id: writeId, outcome: outcome.outcome, status: outcome.status},
        cause: error,
      })
    }
  }
}

/** The body as it is sent; null when there is none. */
export function bodyTextOf({body, bodyText}: Pick<WriteRequest, 'body' | 'bodyText'>): string | null {
  return bodyText ?? (body === undefined ? null : JSON.stringify(body))
}

function withoutSecrets(body: string | null, redact: WriterDeps['redact']): string | null {
  return body === null ? null : redact(body)
}

function withWriteId(error: unknown, writeId: number): unknown {
  if (!isMeliError(error)) return error
  const {code, message, suggestions, details} = error
  return new MeliError(code, message, {try: suggestions, details: {...details, write_id: writeId}, cause: error})
}

/** Without an answer, a request that failed in these ways was never sent. */
const beforeSending: ReadonlySet<Family> = new Set(['usage', 'config', 'auth', 'guard', 'interrupted'])
const neverSent: ReadonlySet<ErrorCode> = new Set(['MELI_RATE_LIMITED', 'MELI_REFRESH_BUSY'])

/** The outcome of a write whose request failed. `stopped` is the reason of an aborted signal. */
export function outcomeOfError(error: unknown, stopped?: unknown): WriteEnd {
  // A signal stops a write only before it leaves.
  if (stopped !== undefined && error === stopped) return 'failed'
  if (!isMeliError(error)) return 'unknown'
  if (error.details?.outcome === 'unknown') return 'unknown'
  if (error.details?.sent === false || neverSent.has(error.code)) return 'failed'
  const status = statusOf(error)
  if (status === null) return beforeSending.has(error.family) ? 'failed' : 'unknown'
  return status >= 400 && status < 500 && status !== 408 ? 'refused' : 'unknown'
}

/** The status of the answer; null when there was none. */
export function statusOf(error: unknown): number | null {
  const status = isMeliError(error) ? error.details?.status : undefined
  return typeof status === 'number' ? status : null
}
