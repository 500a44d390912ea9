import {isMeliError, MeliError} from '../../../core/errors.js'
import type {Clock, LocalQuestions, Question, RecordPatch, WriteRequest} from '../../ports/index.js'
import {type DryRunResult, dryRunView} from '../../writes/dry-run.js'
import type {Actor, WriteChoice, WriteGuard} from '../../writes/guard.js'
import type {Writer} from '../../writes/writer.js'
import {outcomeOfError} from '../../writes/writer.js'
import {answerText, explainRefusal, saysNotOpen, whyNot} from './answer-rules.js'
import {type QuestionView, questionView} from './question-view.js'
import {assertReceived, noQuestion} from './questions.js'

export interface AnswerResult {
  ok: true
  dry_run: false
  mode: 'production' | 'sandbox'
  user_id: number
  question: QuestionView
  /** In the log of writes. */
  write_id: number
  warnings: string[]
}

export interface AnswerOptions {
  dryRun: boolean
  signal?: AbortSignal
}

export interface AnswerDeps {
  guard: Pick<WriteGuard, 'open'>
  writer: Pick<Writer, 'send'>
  questions: Pick<LocalQuestions, 'find' | 'remove'>
  sink: (userId: number) => RecordPatch<Question>
  clock: Pick<Clock, 'now'>
}

/** Answers a question, once: an answer cannot be taken back. */
export class AnswerQuestion {
  constructor(private readonly deps: AnswerDeps) {}

  /**
   * MELI_USAGE of a text that is no answer, MELI_QUESTION_NOT_OPEN when it was answered, deleted or banned, and what the
   * guard refuses with. A dry run reads the question and sends nothing.
   */
  async run(
    choice: WriteChoice,
    {id, text: given}: {id: string; text: string},
    {dryRun, signal}: AnswerOptions,
  ): Promise<AnswerResult | DryRunResult> {
    const text = answerText(given)
    const actor = await this.deps.guard.open(choice)
    const question = await this.read(actor, id, signal)
    const refusal = whyNot(question, actor)
    if (refusal !== undefined) throw refusal
    const request: WriteRequest = {method: 'POST', path: '/answers', body: {question_id: Number(id), text}}
    if (dryRun) return dryRunView([request])
    const about = question.item_id === null ? '' : ` about ${question.item_id}`
    const lines = [`Question: ${question.text ?? ''}`, `Answer: ${text}`, 'An answer cannot be changed or undone.']
    await actor.confirm({title: `Answer question ${id}${about}`, lines}, signal)
    return this.send(actor, {question, text, request}, signal)
  }

  private async send(
    actor: Actor,
    {question, text, request}: {question: Question; text: string; request: WriteRequest},
    signal: AbortSignal | undefined,
  ): Promise<AnswerResult> {
    const {id} = question
    const before = {status: question.status}
    const after = {status: 'ANSWERED', answer: text}
    const write = {command: 'questions answer', action: 'answer', subject: id, request, before, after} as const
    let writeId: number
    try {
      writeId = (await this.deps.writer.send(actor, write, signal)).writeId
    } catch (error) {
      return this.afterFailure(actor, error, {question, text})
    }
    const now = await this.seen(actor, id)
    const warnings = now === undefined ? ['the answer was accepted, but could not be read back'] : []
    return this.done(actor, now ?? this.asSent(question, text), writeId, warnings)
  }

  /** What the service says of the question now tells more than the refusal, and what became of a lost answer. */
  private async afterFailure(actor: Actor, error: unknown, {question, text}: {question: Question; text: string}) {
    const isLost = outcomeOfError(error) === 'unknown'
    if (!isMeliError(error) || !(isLost || saysNotOpen(error))) throw explainRefusal(error, question, actor)
    const now = await this.seen(actor, question.id)
    const writeId = error.details?.write_id
    if (isLost && now?.answer_text?.trim() === text && typeof writeId === 'number') {
      return this.done(actor, now, writeId, [`Mercado Libre accepted the answer, but: ${error.message}`])
    }
    if (isLost) throw maybeAnswered(error, question.id, actor)
    if (now !== undefined) await this.keep(actor, now)
    throw (now && whyNot(now, actor)) ?? error
  }

  private async done(actor: Actor, question: Question, writeId: number, warnings: string[]): Promise<AnswerResult> {
    const kept = await this.keep(actor, question)
    return {
      ...{ok: true, dry_run: false, mode: actor.sandbox ? 'sandbox' : 'production'},
      user_id: actor.identity.userId,
      question: questionView(kept),
      write_id: writeId,
      warnings,
    }
  }

  private async keep(actor: Actor, question: Question) {
    const {sink, clock, questions} = this.deps
    const {userId} = actor.identity
    const at = clock.now()
    await sink(userId).patch([question], at)
    return (await questions.find(userId, question.id)) ?? {...question, synced_at: at, removed_at: null}
  }

  private async read(actor: Actor, id: string, signal: AbortSignal | undefined): Promise<Question> {
    const {userId} = actor.identity
    try {
      const question = await actor.session.api.question(userId, id, signal)
      assertReceived(question, userId)
      return question
    } catch (error) {
      if (!isMeliError(error, 'MELI_NOT_FOUND')) throw error
      await this.deps.questions.remove(userId, [id], this.deps.clock.now())
      throw noQuestion(id, actor.sandbox, error)
    }
  }

  /** Undefined when the service does not tell: the answer itself is what matters. */
  private async seen(actor: Actor, id: string): Promise<Question | undefined> {
    try {
      return await actor.session.api.question(actor.identity.userId, id)
    } catch (error) {
      if (isMeliError(error)) return undefined
      throw error
    }
  }

  private asSent(question: Question, text: string): Question {
    const at = this.deps.clock.now()
    return {
      ...question,
      ...{status: 'ANSWERED', answer_text: text, answer_status: 'ACTIVE', answer_date: at, last_updated: at},
    }
  }
}

function maybeAnswered(error: MeliError, id: string, {sandbox}: {sandbox: boolean}): MeliError {
  const mode = sandbox ? ' --sandbox' : ''
  return new MeliError(error.code, `${error.message}; it is not known whether question ${id} was answered`, {
    try: [`check before you answer again: meli questions show ${id} --refresh${mode}`, ...error.suggestions],
    ...(error.details && {details: error.details}),
    cause: error,
  })
}
