export type WriteMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One request that changes something at the service, as it is sent: shown by `--dry-run`, kept in the log. */
export interface WriteRequest {
  method: WriteMethod
  /** Below the API's address, with its query. */
  path: string
  /** Beyond what every request carries; never a token. */
  headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  body?: unknown
  /** JSON as it is to be sent, to the digit; then `body` is what it says. */
  bodyText?: string
}

export interface WriteAnswer {
  status: number
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  text: string
  /** The body from JSON; null when there is none. MELI_ANSWER_UNUSABLE when it is something else. */
  json(): unknown
  /** Takes secrets out of a text. */
  redact(text: string): string
}

/** Sends what changes something. Never retried: after a lost answer nobody knows whether it was carried out. */
export interface WriteApi {
  /** An answer of 2xx, else a MeliError whose details carry `status`, `error` and `causes` (`[{code, message}]`). */
  send(request: WriteRequest, signal?: AbortSignal): Promise<WriteAnswer>
}

/** What an inverse is found by. */
export type WriteAction = 'stock' | 'price' | 'status' | 'answer' | 'request'

export type WriteValues = Readonly<Record<string, string | number | null>>

/** `refused`: the service said no. `failed`: surely not carried out. `unknown`: it may have been. */
export type WriteEnd = 'done' | 'refused' | 'failed' | 'unknown'

export interface NewWrite {
  at: Date
  userId: number
  nickname: string
  isTestUser: boolean
  /** The command without its values: `stock set`. */
  command: string
  action: WriteAction
  /** The item, question or path that it is about. */
  subject: string
  variationId: number | null
  method: WriteMethod
  path: string
  /** JSON, without secrets. */
  body: string | null
  /** Known values before, and what they are to be after; null when nobody knows. */
  before: WriteValues | null
  after: WriteValues | null
  /** The write that this one takes back. */
  undoes: number | null
  pushId: string | null
  /** A name of the process, as `newHolder` makes it. */
  holder: string
}

export interface WriteOutcome {
  at: Date
  outcome: WriteEnd
  status: number | null
  errorCode: string | null
  message: string | null
}

export interface WriteRecord extends NewWrite {
  id: number
  /** Null: under way, or its process died before the answer. */
  end: WriteOutcome | null
  /** The newest write that took this one back and did not fail. */
  undoneBy: number | null
}

export interface WriteFilter {
  userId?: number | undefined
  isTestUser?: boolean | undefined
  subject?: string | undefined
  /** Begun then or later. */
  since?: Date | undefined
}

/** Tables `write_log` and `write_outcome`: rows are added, never changed. One method is one atomic step. */
export interface WriteLog {
  /** Survives a power cut when it resolves: nothing is sent that is not written down. */
  begin(write: NewWrite): Promise<number>
  end(id: number, outcome: WriteOutcome): Promise<void>
  find(id: number): Promise<WriteRecord | undefined>
  /** Newest first. */
  list(
    filter: WriteFilter & {
      /** Only those with an id below. */
      before?: number | undefined
      limit: number
    },
  ): Promise<WriteRecord[]>
  count(filter: WriteFilter): Promise<number>
  /** What one push has changed, or may have: without what was refused or never sent. Newest first. */
  ofPush(request: {
    userId: number
    pushId: string
    /** Of all when left out. */
    subjects?: readonly string[] | undefined
    limit?: number | undefined
  }): Promise<WriteRecord[]>
}
