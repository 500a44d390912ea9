import {MeliError} from '../errors.js'
import type {Fetched, MissingRecord, Question, Traffic, WalkPage, WalkSource} from '../services/ports.js'
import {type QuestionCursor, readQuestionCursor, writeQuestionCursor} from './question-cursor.js'
import {offsetCap, pageSize, type QuestionSearch} from './question-search.js'
import {scrollBehind} from './scroll.js'

/** The clocks of service and machine may differ by as much. */
const overlapMs = 10 * 60_000
/** Scans that gave less than they counted, one after another, before the run is called incomplete. */
const mostShort = 2
/** Times that a page was found to have moved up, before all are scanned. */
const mostMoves = 5
/** Requests for single questions at a time. */
const together = 4

export interface QuestionWalkDeps {
  search: Pick<QuestionSearch, 'newest' | 'scan'>
  traffic: Traffic
  now: () => Date
  /** Ids that were unanswered when last read, or had parts missing. */
  known: () => Promise<readonly string[]>
  one: (id: string, signal: AbortSignal) => Promise<Fetched<Question>>
}

type Pages = AsyncGenerator<WalkPage<Question>, void>
type Scan = Extract<QuestionCursor, {phase: 'scan'}>
type Newest = Extract<QuestionCursor, {phase: 'newest'}>

const wholeScan: Scan = {phase: 'scan', scroll: undefined, received: 0, total: null}
const waiting = {status: 'UNANSWERED'}

/**
 * Everything by a scan, or what is new by its date of creation, for the service tells no other. What happens to a question
 * later is that it is answered, or taken away while it waits: behind both come those that wait at the service now, and the
 * ones that were waiting here and are no more among them, each by itself.
 */
export class QuestionWalk implements WalkSource<Question> {
  private short = 0

  constructor(private readonly deps: QuestionWalkDeps) {}

  get traffic(): Traffic {
    return this.deps.traffic
  }

  async *walk({since, cursor}: Parameters<WalkSource<Question>['walk']>[0], signal: AbortSignal): Pages {
    const begin: QuestionCursor = since === null ? wholeScan : {phase: 'newest', offset: 0, last: null}
    const at = (cursor === null ? undefined : readQuestionCursor(cursor)) ?? begin
    if (at.phase === 'newest') {
      const isWhole = yield* this.newest(at, (since?.getTime() ?? 0) - overlapMs, signal)
      if (!isWhole) yield* this.scan(wholeScan, signal)
    }
    if (at.phase === 'scan') yield* this.scan(at, signal)
    yield* this.open(signal)
  }

  /** Each call sends the scroll id of the page before; the end is a page without results or scroll id, or the total reached. */
  private async *scan(begin: Scan, signal: AbortSignal): Pages {
    let at = begin
    let first: string | undefined
    for (;;) {
      const {records, total, scrollId} = await this.deps.search.scan({}, at.scroll, signal)
      // A scroll that does not move is cut: the total tells that something is missing.
      const isRepeated = records.length > 0 && records[0]?.id === first
      const fresh = isRepeated ? [] : records
      first = records[0]?.id
      const received = at.received + fresh.length
      const next: Scan = {phase: 'scan', scroll: this.behind(at.scroll, scrollId), received, total: at.total ?? total}
      const isLast = fresh.length === 0 || scrollId === null || received >= (total ?? Number.POSITIVE_INFINITY)
      const cursor = writeQuestionCursor(isLast ? {phase: 'open'} : next)
      const unreachable = isLast ? this.leftOut(next) : []
      yield {records: fresh, cursor, total: next.total, unreachable}
      if (isLast) return
      at = next
    }
  }

  /**
   * A scroll goes on at the service when a page of it was sent, whoever got it: a process that was killed, a connection that
   * broke. Then there is nothing to go back to, and the scan is done anew; MELI_LISTING_EXPIRED has that done.
   */
  private leftOut({received, total}: Scan): MissingRecord[] {
    if (total === null || received >= total) return []
    const message = `the listing ended after ${received} of ${total} questions`
    if (++this.short <= mostShort) throw new MeliError('MELI_LISTING_EXPIRED', message, {try: ['run it again']})
    return [{id: 'listing', status: 200, message}]
  }

  private behind(before: Scan['scroll'], scrollId: string | null): Scan['scroll'] {
    return scrollBehind(before, scrollId, this.deps.now())
  }

  /** False when there are more than paging by offset reaches, or they do not keep still. */
  private async *newest(
    begin: Newest,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<WalkPage<Question>, boolean> {
    let at = begin
    let moves = 0
    for (;;) {
      const {records, total} = await this.deps.search.newest({}, at.offset, signal)
      if (isMoved(at, records)) {
        if (++moves > mostMoves) return false
        at = {phase: 'newest', offset: Math.max(0, at.offset - pageSize), last: null}
        continue
      }
      const offset = at.offset + records.length
      const last = askedAt(records.at(-1))
      const isLast = records.length === 0 || offset >= (total ?? 0) || (last !== null && last < after)
      // One question is on both pages, so that it shows when they do not meet.
      const next: Newest = {phase: 'newest', offset: Math.max(1, offset - 1), last}
      yield {records, cursor: writeQuestionCursor(isLast ? {phase: 'open'} : next), total: null}
      if (isLast) return true
      if (offset >= offsetCap) return false
      at = next
    }
  }

  private async *open(signal: AbortSignal): Pages {
    const cursor = writeQuestionCursor({phase: 'open'})
    const seen = new Set<string>()
    for await (const records of this.waiting(signal)) {
      for (const {id} of records) seen.add(id)
      yield {records, cursor, total: null}
    }
    const left = (await this.deps.known()).filter((id) => !seen.has(id))
    for (let start = 0; start < left.length; start += together) {
      const some = left.slice(start, start + together)
      const records = await Promise.all(some.map((id) => this.deps.one(id, signal)))
      yield {records, cursor, total: null}
    }
    yield {records: [], cursor: null, total: null}
  }

  /** All that are unanswered now: by one page where they fit on it, by a scan where they do not. */
  private async *waiting(signal: AbortSignal): AsyncGenerator<Fetched<Question>[]> {
    const {search} = this.deps
    const {records, total} = await search.newest(waiting, 0, signal)
    yield records
    if (records.length >= (total ?? records.length)) return
    let scroll: Scan['scroll']
    for (let received = 0; ; ) {
      const page = await search.scan(waiting, scroll, signal)
      received += page.records.length
      yield page.records
      const isLast = page.records.length === 0 || page.scrollId === null || received >= (page.total ?? received)
      if (isLast) return
      scroll = this.behind(scroll, page.scrollId)
    }
  }
}

/** Questions that went away have moved this page up, past some that nobody has seen. */
function isMoved({last}: Newest, records: readonly Fetched<Question>[]): boolean {
  if (last === null) return false
  const first = askedAt(records.at(0))
  return records.length === 0 || (first !== null && first < last)
}

function askedAt(answer: Fetched<Question> | undefined): number | null {
  return answer?.ok ? (answer.record.dateCreated?.getTime() ?? null) : null
}
