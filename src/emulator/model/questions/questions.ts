import type {VirtualClock} from '../clock.js'
import {Scrolls} from '../items/scroll.js'
import {Random} from '../random.js'
import type {Settings} from '../settings.js'
import type {AnswerStatus, Question} from './question.js'

interface Deps {
  clock: VirtualClock
  settings: Settings
  seed: number
}

export interface QuestionsState {
  questions: Question[]
  last_id: number
  random: number
}

/** What can be changed behind the service's back. */
export type QuestionChange = Partial<Pick<Question, 'status' | 'hold' | 'suspectedSpam' | 'deletedFromListing'>> & {
  answerStatus?: AnswerStatus
}

/** docs/mercadolibre.md, section 7: unanswered for longer than 7 months, deleted. A month is 30 days. */
const unansweredLifeMs = 7 * 30 * 86_400_000

/** All questions and their answers, in memory. Who may ask and answer is not decided here. docs/mercadolibre.md, section 7. */
export class Questions {
  readonly scrolls: Scrolls<Question>
  private readonly byId = new Map<number, Question>()
  private readonly random: Random
  private lastId: number
  /** Told once of each change, after it. */
  onChange: (question: Question) => void = () => undefined

  readonly settings: Settings

  constructor(private readonly deps: Deps) {
    this.settings = deps.settings
    this.random = new Random(deps.seed)
    this.lastId = 13_000_000_000 + this.random.integer(0, 899_999_999)
    this.scrolls = new Scrolls({clock: deps.clock, random: this.random, settings: deps.settings})
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
  export(): QuestionsState {
    return {questions: structuredClone(this.list()), last_id: this.lastId, random: this.random.export()}
  }

  import({questions, last_id: lastId, random}: QuestionsState): void {
    this.scrolls.clear()
    this.byId.clear()
    for (const question of structuredClone(questions)) this.byId.set(question.id, question)
    this.lastId = lastId
    this.random.import(random)
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
