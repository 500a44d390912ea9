import type {VirtualClock} from '../clock.js'
import type {Catalogue} from '../items/catalogue.js'
import {itemNotFound} from '../items/errors.js'
import {type Fields, isFields} from '../json.js'
import {Random} from '../random.js'
import {Scrolls} from '../scroll.js'
import type {Settings} from '../settings.js'
import {accessDenied, badRequest, standardError} from '../wire-errors.js'
import {
  type AnswerStatus,
  alreadyAnswered,
  inactiveItem,
  invalidBody,
  invalidQuestion,
  longestText,
  notDeletable,
  type Question,
  questionNotFound,
} from './question.js'

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

/** The fields that control routes can change. */
export type QuestionChange = Partial<Pick<Question, 'status' | 'hold' | 'suspectedSpam' | 'deletedFromListing'>> & {
  answerStatus?: AnswerStatus
}

/** The service deletes questions that were unanswered for 7 months, here of 30 days (docs/mercadolibre.md, section 7). */
const unansweredLifeMs = 7 * 30 * 86_400_000

/** All questions and their answers, in memory. `ask`, `answer` and `remove` below check the rules. docs/mercadolibre.md, section 7. */
export class Questions {
  readonly scrolls: Scrolls<Question>
  private readonly byId = new Map<number, Question>()
  private readonly random: Random
  private lastId: number
  /** Called once after each change. */
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

  /** The number of the user's answered questions, which the older shape shows. */
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

export interface QuestionDeps {
  questions: Questions
  catalogue: Catalogue
}

interface Asker {
  userId: number
  isTestUser: boolean
  appId: number | null
}

/** `POST /questions`. docs/mercadolibre.md, section 7. @throws WireError 400, 403, 404 */
export function ask({questions, catalogue}: QuestionDeps, {userId, isTestUser, appId}: Asker, body: unknown): Question {
  const {item_id: itemId, text} = objectOf(body)
  if (typeof itemId !== 'string' || itemId === '') throw invalidBody('item_id must be text')
  const words = textOf(questions, text)
  const item = catalogue.get(itemId)
  if (item === undefined) throw itemNotFound(itemId)
  if (item.sellerId === userId) throw badRequest('A seller cannot ask about an item of their own')
  // Test users deal only with items of test users (docs/mercadolibre.md, section 4); the reverse is our reading.
  if (item.isTest !== isTestUser)
    throw standardError(403, 'forbidden', 'Test users deal only with items of test users, and others with other items')
  if (item.status !== 'active') throw inactiveItem(itemId)
  return questions.ask({itemId, sellerId: item.sellerId, buyerId: userId, text: words, appId})
}

/** `POST /answers`, by the seller who was asked. docs/mercadolibre.md, section 7. @throws WireError 400, 403, 404 */
export function answer({questions, catalogue}: QuestionDeps, userId: number, body: unknown): Question {
  const {question_id: id, text} = objectOf(body)
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw invalidQuestion(id)
  const words = textOf(questions, text)
  const question = receivedQuestion(questions, id, userId)
  if (question.status !== 'UNANSWERED') throw alreadyAnswered(question)
  const isActive = catalogue.get(question.itemId)?.status === 'active'
  if (!isActive && questions.settings.answers_need_active_item) throw inactiveItem(question.itemId)
  questions.answer(question, words)
  return question
}

/** `DELETE /questions/:id`, by the seller, which is our reading. docs/mercadolibre.md, section 7. */
export function remove(questions: Questions, userId: number, id: number): void {
  const question = receivedQuestion(questions, id, userId)
  if (question.status !== 'UNANSWERED') throw notDeletable(question)
  questions.change(question, {status: 'DELETED', deletedFromListing: true})
}

function receivedQuestion(questions: Questions, id: number, userId: number): Question {
  const question = questions.get(id)
  if (question === undefined) throw questionNotFound(id)
  if (question.sellerId !== userId) throw accessDenied()
  return question
}

function objectOf(body: unknown): Fields {
  if (!isFields(body)) throw invalidBody('the body must be an object')
  return body
}

/** The error for a text that is too long is unconfirmed. docs/mercadolibre.md, section 7. */
function textOf({settings}: Questions, text: unknown): string {
  if (typeof text !== 'string' || text.trim() === '') throw invalidBody('text must not be empty')
  if ([...text].length > longestText)
    throw invalidBody(`text must not be longer than ${longestText} characters`, settings.long_text_status)
  return text
}
