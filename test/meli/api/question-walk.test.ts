import {describe, expect, it} from '@jest/globals'
import type {Found} from '../../../src/meli/api/question-search.js'
import {QuestionWalk} from '../../../src/meli/api/question-walk.js'
import type {Fetched, Question, WalkPage} from '../../../src/services/ports/index.js'
import {question} from '../../support/store-contract-questions.js'

const noon = Date.parse('2026-03-01T12:00:00Z')
const hourMs = 3_600_000
const {signal} = new AbortController()

/** Asked an hour apart each: the higher the number, the later. */
const asked = (n: number, values: Partial<Question> = {}): Question =>
  question({id: String(n), date_created: new Date(noon + n * hourMs), status: 'ANSWERED', ...values})

interface Options {
  questions: Question[]
  known?: string[]
  /** Happens before the page of this number, from 1. */
  before?: Record<number, (questions: Question[]) => Question[]>
  /** The scan says that there are so many. */
  total?: number
  /** The scan gives its first page for ever. */
  stuck?: boolean
  /** Every page by offset but the first leaves out some. */
  moving?: boolean
}

/** The search of a service with these questions, two on a page where it matters. */
function walkOf({questions: first, known = [], before = {}, total, stuck = false, moving = false}: Options) {
  let questions = first
  let pages = 0
  const asks: string[] = []
  const size = 2
  const found = (some: Question[], all: number, scrollId: string | null = null): Found => ({
    records: some.map((record) => ({ok: true, id: record.id, record})),
    total: all,
    scrollId,
  })
  const turn = (name: string) => {
    asks.push(name)
    questions = before[++pages]?.(questions) ?? questions
  }
  const search = {
    async newest({status}: {status?: unknown}, offset: number) {
      turn(`newest ${status ?? 'any'} ${offset}`)
      const all = questions.filter((each) => status === undefined || each.status === status)
      const sorted = all.sort((a, b) => Number(b.date_created) - Number(a.date_created))
      const from = moving && offset > 0 ? offset + 2 : offset
      return found(sorted.slice(from, from + size), all.length)
    },
    async scan({status}: {status?: unknown}, scroll: {id: string} | undefined) {
      turn(`scan ${status ?? 'any'}`)
      const all = questions.filter((each) => status === undefined || each.status === status)
      const at = stuck ? 0 : Number(scroll?.id ?? 0)
      return found(all.slice(at, at + size), total ?? all.length, String(at + size))
    },
  }
  const walk = new QuestionWalk({
    search,
    traffic: {requests: 0, retries: 0, rateLimited: 0, bytes: 0},
    now: () => new Date(noon),
    known: async () => known,
    async one(id): Promise<Fetched<Question>> {
      asks.push(`one ${id}`)
      const record = questions.find((each) => each.id === id)
      return record === undefined ? {ok: false, id, status: 404, message: 'not found'} : {ok: true, id, record}
    },
  })
  return {walk, asks}
}

async function pagesOf(walk: QuestionWalk, since: number | null, cursor: string | null = null) {
  const pages: WalkPage<Question>[] = []
  const from = {since: since === null ? null : new Date(noon + since * hourMs), startedAt: new Date(noon), cursor}
  for await (const page of walk.walk(from, signal)) pages.push(page)
  return pages
}

const idsOf = (pages: readonly WalkPage<Question>[]) => [
  ...new Set(pages.flatMap(({records}) => records.map(({id}) => id))),
]

describe('a walk over questions', () => {
  const nine = Array.from({length: 9}, (_, n) => asked(n + 1))

  it('reads everything by a scan', async () => {
    const {walk} = walkOf({questions: nine})
    const pages = await pagesOf(walk, null)
    expect(idsOf(pages)).toHaveLength(9)
    expect(pages.at(-1)).toMatchObject({records: [], cursor: null})
  })

  it('goes on with a scan where it was cut', async () => {
    const {walk} = walkOf({questions: nine})
    let cursor: string | null = null
    for await (const page of walk.walk({since: null, startedAt: new Date(noon), cursor: null}, signal)) {
      cursor = page.cursor
      if (page.records.at(-1)?.id === '4') break
    }
    expect(idsOf(await pagesOf(walk, null, cursor))).toEqual(['5', '6', '7', '8', '9'])
  })

  it('scans anew when less came than was counted, and says so when that does not help', async () => {
    const {walk} = walkOf({questions: nine, total: 12})
    await expect(pagesOf(walk, null)).rejects.toMatchObject({code: 'MELI_LISTING_EXPIRED'})
    const pages = await pagesOf(walk, null)
    const missing = pages.flatMap(({unreachable = []}) => unreachable)
    expect(missing).toEqual([{id: 'listing', status: 200, message: 'the service counts 12 and lists 9'}])
  })

  it('cuts a scroll that does not move', async () => {
    const {walk, asks} = walkOf({questions: nine, stuck: true})
    await expect(pagesOf(walk, null)).rejects.toMatchObject({code: 'MELI_LISTING_EXPIRED'})
    expect(asks).toEqual(['scan any', 'scan any'])
  })

  it('reads the newest back to where the last run began, and no further', async () => {
    const {walk, asks} = walkOf({questions: nine})
    expect(idsOf(await pagesOf(walk, 7))).toEqual(['9', '8', '7', '6'])
    expect(asks).toEqual(['newest any 0', 'newest any 1', 'newest any 2', 'newest UNANSWERED 0'])
  })

  it('leaves nothing out when questions go while it reads', async () => {
    const gone = (questions: Question[]) => questions.filter(({id}) => id !== '9' && id !== '8')
    const ids = idsOf(await pagesOf(walkOf({questions: nine, before: {2: gone}}).walk, 1))
    expect(ids).toEqual(expect.arrayContaining(['7', '6', '5', '4', '3', '2', '1']))
  })

  it('leaves nothing out when so many go that the next page is empty', async () => {
    const three = nine.slice(0, 3)
    const gone = (questions: Question[]) => questions.filter(({id}) => id === '1')
    expect(idsOf(await pagesOf(walkOf({questions: three, before: {2: gone}}).walk, -2))).toContain('1')
  })

  it('scans all when the pages by offset do not keep still', async () => {
    const {walk, asks} = walkOf({questions: nine, moving: true})
    expect(idsOf(await pagesOf(walk, -2))).toHaveLength(9)
    expect(asks.filter((ask) => ask === 'newest any 1')).toHaveLength(6)
    expect(asks).toContain('scan any')
  })

  it('leaves nothing out when questions come while it reads', async () => {
    const come = (questions: Question[]) => [...questions, asked(10), asked(11), asked(12)]
    const ids = idsOf(await pagesOf(walkOf({questions: nine, before: {2: come}}).walk, 1))
    expect(ids).toEqual(expect.arrayContaining(nine.map(({id}) => id)))
  })

  it('looks again at what waited here and waits no more', async () => {
    const questions = [asked(1, {status: 'BANNED'}), asked(2, {status: 'UNANSWERED'}), asked(3)]
    const {walk, asks} = walkOf({questions, known: ['1', '2', '404']})
    const pages = await pagesOf(walk, 5)
    expect(asks.filter((ask) => ask.startsWith('one'))).toEqual(['one 1', 'one 404'])
    const answers = pages.flatMap(({records}) => records)
    expect(answers).toContainEqual({ok: false, id: '404', status: 404, message: 'not found'})
  })

  it('reads all that wait, also when they do not fit on one page', async () => {
    const questions = nine.map((each) => ({...each, status: 'UNANSWERED'}))
    const {walk, asks} = walkOf({questions, known: nine.map(({id}) => id)})
    expect(idsOf(await pagesOf(walk, 20))).toHaveLength(9)
    expect(asks.filter((ask) => ask.startsWith('one'))).toEqual([])
  })

  it('looks at what waits again when it was cut there, and takes a cursor that is not its own for none', async () => {
    const {walk, asks} = walkOf({questions: nine, known: ['3']})
    await pagesOf(walk, 7, 'open')
    expect(asks).toEqual(['newest UNANSWERED 0', 'one 3'])
    expect(idsOf(await pagesOf(walk, null, 'what is this'))).toHaveLength(9)
  })
})
