import {isMeliError, MeliError} from '../../../core/errors.js'
import type {Session} from '../../accounts/sessions.js'
import {type CatalogueChoice, flagsOf} from '../../catalogue/choose.js'
import type {Freshness} from '../../catalogue/freshness.js'
import {assertStatus} from '../../catalogue/known-status.js'
import {collected, type LocalReadingDeps, type LocalStream, mapped, openLocal} from '../../catalogue/local-reading.js'
import {localItem} from '../../catalogue/named-items.js'
import type {LocalCatalogue, LocalQuestions, Question, QuestionQuery, RecordPatch} from '../../ports/index.js'
import {questionStatuses} from './question-statuses.js'
import {type QuestionView, questionView} from './question-view.js'

export type QuestionsQuery = CatalogueChoice & Omit<QuestionQuery, 'userId'>

export interface QuestionList extends Freshness {
  user_id: number
  /** The newest first. */
  questions: QuestionView[]
  /** Of all that fit, whatever the limit. */
  total: number
}

export interface QuestionPage extends Freshness {
  user_id: number
  question: QuestionView
  /** As the local catalogue has it. */
  item_title: string | null
}

export interface QuestionsDeps extends LocalReadingDeps {
  questions: LocalQuestions
  catalogue: Pick<LocalCatalogue, 'find' | 'withSku'>
  sink: (userId: number) => RecordPatch<Question>
}

const resource = 'questions'

/** Reads the local copy of the questions; `refresh` alone asks the service. */
export class Questions {
  constructor(private readonly deps: QuestionsDeps) {}

  async list(query: QuestionsQuery): Promise<QuestionList> {
    const {userId, wanted, freshness} = await this.open(query)
    const {questions} = this.deps
    const views = await collected(questions.questions(wanted), questionView)
    const {limit: _limit, ...all} = wanted
    return {user_id: userId, questions: views, total: await questions.count(all), ...freshness}
  }

  /** One by one, of any number. */
  async stream(query: QuestionsQuery): Promise<LocalStream<QuestionView>> {
    const {wanted, freshness} = await this.open(query)
    return {freshness, rows: mapped(this.deps.questions.questions(wanted), questionView)}
  }

  /** MELI_QUESTION_UNKNOWN when it was never brought here. */
  async show(choice: CatalogueChoice, id: string): Promise<QuestionPage> {
    const {userId, freshness} = await openLocal(this.deps, resource, choice)
    const found = await this.deps.questions.find(userId, id)
    if (found === undefined) throw unknownQuestion(id, choice)
    const item = found.item_id === null ? undefined : await this.deps.catalogue.find(userId, found.item_id)
    return {user_id: userId, question: questionView(found), item_title: item?.title ?? null, ...freshness}
  }

  /** Asks for one. What the service has deleted is marked; MELI_NOT_FOUND only of what was never here, as `answer` says it. */
  async refresh(session: Session, id: string, signal?: AbortSignal): Promise<void> {
    const {api, userId, account, identity} = session
    const {clock, questions, sink} = this.deps
    try {
      const question = await api.question(userId, id, signal)
      assertReceived(question, userId)
      await sink(userId).patch([question], clock.now())
    } catch (error) {
      if (!isMeliError(error, 'MELI_NOT_FOUND')) throw error
      if ((await questions.find(userId, id)) === undefined)
        throw noQuestion(id, (account ?? identity)?.isTestUser ?? false, error)
      await questions.remove(userId, [id], clock.now())
    }
  }

  private async open({account, sandbox, site, ...filter}: QuestionsQuery) {
    const {userId, freshness} = await openLocal(this.deps, resource, {account, sandbox, site})
    const isHere = async (status: string) => (await this.deps.questions.count({userId, status, removed: true})) > 0
    await assertStatus({noun: 'question', status: filter.status, known: questionStatuses}, isHere)
    const {itemId: item} = filter
    const itemId = item === undefined ? undefined : await localItem(this.deps.catalogue, userId, item)
    const wanted: QuestionQuery = {userId, ...filter, itemId}
    return {userId, wanted, freshness}
  }
}

/** The service gives a question to whoever asked it, too. */
export function assertReceived({id, user_id}: Question, seller: number): void {
  if (user_id === seller) return
  throw new MeliError('MELI_FORBIDDEN', `question ${id} was asked of another seller`, {
    try: ['use the account that sells the item', 'see what this account received: meli questions list'],
  })
}

export function noQuestion(id: string, sandbox: boolean, cause: MeliError): MeliError {
  return new MeliError('MELI_NOT_FOUND', `Mercado Libre has no question ${id}: it was deleted, or never asked`, {
    try: [`list unanswered questions: meli questions list --unanswered --refresh${flagsOf({sandbox})}`],
    ...(cause.details && {details: cause.details}),
    cause,
  })
}

function unknownQuestion(id: string, choice: CatalogueChoice): MeliError {
  const mode = flagsOf(choice)
  return new MeliError('MELI_QUESTION_UNKNOWN', `question ${id} is not in the local copy of this account`, {
    try: [
      `fetch it from Mercado Libre: meli questions show ${id} --refresh${mode}`,
      `sync the questions: meli sync questions${mode}`,
    ],
  })
}
