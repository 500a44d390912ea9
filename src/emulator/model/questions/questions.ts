import type {VirtualClock} from '../clock.js'
import {Scrolls} from '../items/scroll.js'
import type {ItemSettings} from '../items/settings.js'
import {Random} from '../random.js'
import type {AnswerStatus, Question} from './question.js'
import {changeSettings, defaultSettings, type QuestionSettings} from './settings.js'

interface Deps {
  clock: VirtualClock
  seed: number
  /** A scan of questions expires as one of items does (docs/mercadolibre.md, section 7). */
  scans: Pick<ItemSettings, 'expiredScrollStatus' | 'scanEnd'>
}

/** What can be changed behind the service's back. */
export type QuestionChange = Partial<Pick<Question, 'status' | 'hold' | 'suspectedSpam' | 'deletedFromListing'>> & {
  answerStatus?: AnswerStatus
}

/** docs/mercadolibre.md, section 7: unanswered for longer than 7 months, deleted. A month is 30 days. */
const unansweredLifeMs = 7 * 30 * 86_400_000

/** All questions and their answers, in memory. Who may ask and answer is not decided here. docs/mercadolibre.md, section 7. */
export class Questions {
  readonly settings: QuestionSettings = defaultSettings()
  readonly scrolls: Scrolls<Question>
  private readonly byId = new Map<number, Question>()
  private readonly random: Random
  private lastId: number
  /** Told once of each change, after it. */
  onChange: (question: Question) => void = () => undefined

  constructor(private readonly deps: Deps) {
    this.random = new Random(deps.seed)
    this.lastId = 13_000_000_000 + this.random.integer(0, 899_999_999)
    this.scrolls = new Scrolls({clock: deps.clock, random: this.random, settings: deps.scans})
  }

  ask(fields: Pick<Question, 'itemId' | 'sellerId' | 'buyerId' | 'text' | 'appId'>): Question {
    this.lastId += this.random.integer(1, 9)
    const nowMs = this.now()
    const question: Question = {
      ...fields,
      id: this.lastId,
      createdMs: nowMs,
      updatedMs: nowMs,
      status: 'UNANSWERED',
      answer: null,
      hold: false,
      suspectedSpam: false,
      deletedFromListing: false,
    }
    this.byId.set(question.id, question)
    this.onChange(question)
    return question
  }

  get(id: number): Question | undefined {
    this.purge()
    return this.byId.get(id)
  }

  /** Oldest first. */
  list(): Question[] {
    this.purge()
    return [...this.byId.values()]
  }

  answer(question: Question, text: string): void {
    question.answer = {text, status: 'ACTIVE', createdMs: this.now()}
    question.status = 'ANSWERED'
    this.touch(question)
  }

  change(question: Question, {answerStatus, ...fields}: QuestionChange): void {
    Object.assign(question, fields)
    if (answerStatus !== undefined && question.answer !== null)
      question.answer = {...question.answer, status: answerStatus}
    this.touch(question)
  }

  /** How many questions of that user were answered, as the older shape tells. */
  answeredOf(buyerId: number): number {
    return this.list().filter((question) => question.buyerId === buyerId && question.status === 'ANSWERED').length
  }

  /** Everything but open scrolls, which a restart ends. */
  export(): unknown {
    return {
      questions: this.list().map((question) => ({...question})),
      last_id: this.lastId,
      random: this.random.export(),
      settings: {...this.settings},
    }
  }

  /** What earlier versions saved has no questions. @throws TypeError, having changed nothing */
  import(data: unknown = {}): void {
    const {questions = [], last_id: lastId, random, settings} = data as Partial<Record<string, unknown>>
    if (!Array.isArray(questions) || !questions.every(isQuestion)) throw new TypeError('the questions are not ours')
    const wanted = defaultSettings()
    changeSettings(wanted, settings ?? {})
    Object.assign(this.settings, wanted)
    this.scrolls.clear()
    this.byId.clear()
    for (const question of questions) this.byId.set(question.id, {...question})
    if (typeof lastId === 'number') this.lastId = lastId
    if (typeof random === 'number') this.random.import(random)
  }

  private touch(question: Question): void {
    question.updatedMs = this.now()
    this.onChange(question)
  }

  private now(): number {
    return this.deps.clock.now().getTime()
  }

  private purge(): void {
    const oldest = this.now() - unansweredLifeMs
    for (const {id, status, createdMs} of this.byId.values())
      if (status === 'UNANSWERED' && createdMs < oldest) this.byId.delete(id)
  }
}

function isQuestion(row: unknown): row is Question {
  const {id, itemId, status} = (row ?? {}) as Partial<Question>
  return Number.isSafeInteger(id) && typeof itemId === 'string' && typeof status === 'string'
}
