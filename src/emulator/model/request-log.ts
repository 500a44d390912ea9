/** An answered or dropped request, without tokens, secrets and bodies; query parameters by name alone. */
export interface LoggedRequest {
  n: number
  /** Virtual time, ISO 8601. */
  at: string
  method: string
  path: string
  query: string[]
  /** Null until an answer is sent, and when the connection was dropped before the handler ran. */
  status: number | null
  user_id: number | null
  /** The length of the answer's body on the wire. */
  bytes: number
  /** The fault that was applied to this request. */
  fault: string | null
}

/** Old entries are dropped beyond this number, so that a long-lived emulator does not grow without limit. */
const capacity = 20_000

export class RequestLog {
  private entries: LoggedRequest[] = []
  private count = 0

  begin(at: Date, method: string, url: string): LoggedRequest {
    this.count += 1
    const [path = '/', query = ''] = url.split('?', 2)
    const entry: LoggedRequest = {
      n: this.count,
      at: at.toISOString(),
      method,
      path: path.replace(/(APP_USR|TG)-[\w-]+/g, '$1-[redacted]'),
      query: namesIn(query),
      status: null,
      user_id: null,
      bytes: 0,
      fault: null,
    }
    this.entries.push(entry)
    if (this.entries.length > capacity) this.entries = this.entries.slice(-capacity / 2)
    return entry
  }

  list(): readonly LoggedRequest[] {
    return this.entries
  }

  /** Removes all entries. Numbering continues. */
  clear(): void {
    this.entries = []
  }
}

/** Splits plain names itself, because URLSearchParams would also decode the values, a kilobyte in a request for twenty items. */
function namesIn(query: string): string[] {
  const bare = query.replace(/=[^&]*/g, '')
  return [
    ...new Set(/[%+]/.test(bare) ? new URLSearchParams(bare).keys() : bare.split('&').filter((name) => name !== '')),
  ]
}

/** A requested route that the emulator does not have. Ids in it are written `{id}`. */
export interface MissingRoute {
  method: string
  route: string
  /** The number of requests for it so far. */
  count: number
}

/** Counts the requests for routes that the emulator does not have. */
export class MissingRoutes {
  private readonly routes = new Map<string, MissingRoute>()
  /** Called at the first request for a route. */
  onFirst: (route: MissingRoute) => void = () => undefined

  record(method: string, path: string): MissingRoute {
    const route = routeOf(path)
    const key = `${method} ${route}`
    const known = this.routes.get(key)
    const entry = known ?? {method, route, count: 0}
    entry.count += 1
    if (known === undefined) {
      this.routes.set(key, entry)
      this.onFirst({...entry})
    }
    return entry
  }

  list(): MissingRoute[] {
    return [...this.routes.values()].map((entry) => ({...entry}))
  }
}

/** Replaces parts with a digit, which are ids or secrets, except for versions such as `v1`. */
function routeOf(path: string): string {
  const parts = path.split('/').filter((part) => part !== '')
  return `/${parts.map(placeholderFor).join('/')}`
}

function placeholderFor(part: string): string {
  if (/^v\d+$/.test(part)) return part
  if (/^M[A-Z]{2}$/.test(part)) return '{site}'
  return /\d/.test(part) || part.includes('%') ? '{id}' : part
}
