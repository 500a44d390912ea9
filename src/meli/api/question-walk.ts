import {MeliError} from '../../core/errors.js'
import type {Fetched, MissingRecord, Question, Traffic, WalkPage, WalkSource} from '../../services/ports/index.js'
import {isNewBeginning, LastPage} from '../http/last-page.js'
import {type QuestionCursor, readQuestionCursor, writeQuestionCursor} from './question-cursor.js'
import {offsetCap, pageSize, type QuestionSearch} from './question-search.js'
import {scrollBehind} from './scroll.js'

/** The clocks of service and machine may differ by as much. */
const overlapMs = 10 * 60_000
/** Scans that gave something else than they counted, one after another, before the run is called incomplete. */
const mostGaps = 2
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

const beginning: Scan = {phase: 'scan', scroll: undefined, received: 0, total: null}
const waiting = {status: 'UNANSWERED'}

/**
 * Everything by a scan, or what is new by its date of creation, for the service tells no other. What happens to a question
 * later is that it is answered, or taken away while it waits: behind both come those that wait at the service now, and the
 * ones that were waiting here and are no more among them, each by itself.
 */
export class QuestionWalk implements WalkSource<Question> {
  private readonly lastPage = new LastPage(pageSize)
  /** What the scan before this one gave, where it gave something else than was counted. */
  private gapBefore: string | undefined
  private gaps = 0
  /** The service has counted more questions than it lists. */
  private overcounts = false

  constructor(private readonly deps: QuestionWalkDeps) {}

  get traffic(): Traffic {
    return this.deps.traffic
  }

  async *walk({since, cursor}: Parameters<WalkSource<Question>['walk']>[0], signal: AbortSignal): Pages {
    const begin: QuestionCursor = since === null ? beginning : {phase: 'newest', offset: 0, last: null}
    const at = (cursor === null ? undefined : readQuestionCursor(cursor)) ?? begin
    if (at.phase === 'newest') {
      const isWhole = yield* this.newest(at, (since?.getTime() ?? 0) - overlapMs, signal)
      if (!isWhole) yield* this.scan(beginning, signal)
    }
    if (at.phase === 'scan') yield* this.scan(at, signal)
    yield* this.open(signal)
  }

  /** Each call sends the scroll id of the page before; the end is told by the pages, because totals may be wrong. */
  private async *scan(begin: Scan, signal: AbortSignal): Pages {
    let at = begin
    const beginnings = new Set<string>()
    for (;;) {
      const {records, total, scrollId} = await this.deps.search.scan({}, at.scroll, signal)
      // A scroll that does not move, or goes round, is cut: the total tells that something is missing.
      const isRepeated = records.length > 0 && !isNewBeginning(records[0]?.id, beginnings)
      const fresh = isRepeated ? [] : records
      const received = at.received + fresh.length
      const next: Scan = {phase: 'scan', scroll: this.behind(at.scroll, scrollId), received, total: at.total ?? total}
      const isLast = this.lastPage.isLast({length: records.length, received, total}) || isRepeated || scrollId === null
      const cursor = writeQuestionCursor(isLast ? {phase: 'open'} : next)
      const unreachable = isLast ? this.gapIn(next, total) : []
      yield {records: fresh, cursor, total: next.total, unreachable}
      if (isLast) return
      at = next
    }
  }

  /**
   * A scan that gives something else than is counted is made again, because MELI_LISTING_EXPIRED has that done. When the next one gives
   * the same, the total is wrong or the listing leaves something out, and the run says so.
   */
  private gapIn({received, total: first}: Scan, last: number | null): MissingRecord[] {
    const counted = [first, last].filter((total) => total !== null)
    // Questions that come meanwhile may be counted before they are listed, and listed before they are counted.
    if (counted.length === 0 || (received >= Math.min(...counted) && received <= Math.max(...counted))) return []
    const message = `the service counts ${counted.at(-1)} and lists ${received}`
    if (this.gapBefore === message || ++this.gaps > mostGaps) return [{id: 'listing', status: 200, message}]
    this.gapBefore = message
    throw new MeliError('MELI_LISTING_EXPIRED', message, {try: ['run it again']})
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
      const isLast = this.isEndOfNewest(at, records, total) || (last !== null && last < after)
      // One question is on both pages, so that it shows when they do not meet.
      const next: Newest = {phase: 'newest', offset: Math.max(0, offset - 1), last}
      yield {records, cursor: writeQuestionCursor(isLast ? {phase: 'open'} : next), total: null}
      if (isLast) return true
      if (offset >= offsetCap) return false
      at = next
    }
  }

  /** One row is on both pages: a page that has no other is behind the end, whatever the total says. */
  private isEndOfNewest(at: Newest, {length}: readonly unknown[], total: number | null): boolean {
    const offset = at.offset + length
    if (length > (at.last === null ? 0 : 1)) return length < pageSize && offset >= (total ?? 0)
    this.overcounts ||= offset < (total ?? 0)
    return true
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
    const options = {shortIsLast: this.overcounts || this.gaps > 0}
    const {length} = records
    if (this.lastPage.isLast({length, received: length, total}, options)) return
    const beginnings = new Set<string>()
    let scroll: Scan['scroll']
    for (let received = 0; ; ) {
      const page = await search.scan(waiting, scroll, signal)
      const {length} = page.records
      received += length
      yield page.records
      scroll = this.behind(scroll, page.scrollId)
      const isRepeated = !isNewBeginning(page.records[0]?.id, beginnings)
      const isLast = this.lastPage.isLast({length, received, total: page.total}, options)
      if (isRepeated || isLast || scroll === undefined) return
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
  return answer?.ok ? (answer.record.date_created?.getTime() ?? null) : null
}
