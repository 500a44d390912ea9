/** A route that was requested and that the emulator does not have; ids in it are written `{id}`. */
export interface MissingRoute {
  method: string
  route: string
  /** The number of requests for it so far. */
  count: number
}

/** Counts the requests for routes that the emulator does not have. */
export class NotEmulated {
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
