/** One answered (or dropped) request. Never a token, a secret or a body: query parameters are kept by name alone. */
export interface LoggedRequest {
  n: number
  /** Virtual time, ISO 8601. */
  at: string
  method: string
  path: string
  query: string[]
  /** Null while no answer was sent, and for ever when the connection was dropped before the handler ran. */
  status: number | null
  user_id: number | null
  /** Length of the answer's body as it went over the wire. */
  bytes: number
  /** The scripted fault that hit this request. */
  fault: string | null
}

/** Old entries go when it is full, so that a long-lived emulator does not grow for ever. */
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

  /** Forgets what was logged; numbers go on. */
  clear(): void {
    this.entries = []
  }
}

/** By hand for the usual case: URLSearchParams would decode the values too, a kilobyte of them in a request for twenty items. */
function namesIn(query: string): string[] {
  const bare = query.replace(/=[^&]*/g, '')
  return [
    ...new Set(/[%+]/.test(bare) ? new URLSearchParams(bare).keys() : bare.split('&').filter((name) => name !== '')),
  ]
}

/** A route that was requested and that the emulator does not have; ids in it are written `{id}`. */
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

  note(method: string, path: string): MissingRoute {
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

/** A part with a digit is an id (or a secret that belongs in no list), except for a version such as `v1`. */
function routeOf(path: string): string {
  const parts = path.split('/').filter((part) => part !== '')
  return `/${parts.map(placeholderFor).join('/')}`
}

function placeholderFor(part: string): string {
  if (/^v\d+$/.test(part)) return part
  if (/^M[A-Z]{2}$/.test(part)) return '{site}'
  return /\d/.test(part) || part.includes('%') ? '{id}' : part
}
