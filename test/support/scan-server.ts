import type {ServerResponse} from 'node:http'
import {json, type ReceivedRequest, type Reply} from './http-server.js'

interface Row {
  id: string
  stop_time: number
}

export interface ScanOptions {
  /** What the listing has now, in the order of its positions. */
  rows: () => readonly unknown[]
  idOf?: (row: unknown) => string
  /** `positions`, as captured: new on each page, and the same page again when sent again. `handles`: one id, and the service remembers. */
  scrollIds?: 'positions' | 'handles'
  /** What the service claims to have; the truth by default. */
  total?: (rows: number) => number
  /** The answer to the page behind the last one, in whose place a scan may also leave the id out. */
  end?: object
  /** The answer around the rows. */
  page?: (rows: readonly unknown[], total: number, limit: number) => object
}

const lost = json(
  {
    message: 'Invalid Scroll Id: Error decode reading Scroll ID',
    error: 'invalid.scroll.id',
    status: 400,
    cause: [],
  },
  400,
)

/** A scan as production answers it: a row's position is its scroll id, and the end has an empty one. */
export function scanReply({
  rows,
  idOf = String,
  scrollIds = 'positions',
  total = (count) => count,
  end = {scroll_id: ''},
  page = (results, all, limit) => ({seller_id: '7', paging: {limit, total: all}, results}),
}: ScanOptions): Reply {
  const handles = new Map<string, number>()
  const positionOf = (row: unknown, at: number) =>
    Buffer.from(JSON.stringify({id: idOf(row), numeric_id: at, stop_time: 1_900_000_000_000 + at})).toString('base64')

  function beginning(scrollId: string | null, all: readonly unknown[]): number | undefined {
    if (scrollId === null) return 0
    if (scrollIds === 'handles') return handles.get(scrollId)
    const position = readPosition(scrollId)
    const at = all.findIndex((row) => idOf(row) === position?.id)
    return position === undefined || at < 0 ? undefined : at + 1
  }

  return (response: ServerResponse, request: ReceivedRequest) => {
    const query = new URL(request.url, 'http://service').searchParams
    const scrollId = query.get('scroll_id')
    const limit = Number(query.get('limit') ?? 50)
    const all = rows()
    const from = beginning(scrollId, all)
    if (from === undefined) return lost(response, request)
    const some = all.slice(from, from + limit)
    const handle = scrollId ?? `handle-${handles.size + 1}`
    if (scrollIds === 'handles') handles.set(handle, from + some.length)
    const around = page(some, total(all.length), limit)
    const next = () => (scrollIds === 'handles' ? handle : positionOf(some.at(-1), from + some.length - 1))
    json(some.length === 0 ? {...around, ...end} : {...around, scroll_id: next()})(response, request)
  }
}

function readPosition(text: string): Row | undefined {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString()) as Row
  } catch {
    return undefined
  }
}

/** `scroll_id` of each request, in order; null where none was sent. */
export function scrollsIn(requests: readonly ReceivedRequest[]): (string | null)[] {
  return requests.map(({url}) => new URL(url, 'http://service').searchParams.get('scroll_id'))
}
