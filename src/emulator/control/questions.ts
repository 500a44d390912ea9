import type {FastifyInstance} from 'fastify'
import * as v from 'valibot'
import {answerStatuses, questionStatuses} from '../model/questions/question.js'
import {ask} from '../model/questions/questions.js'
import {isTestUser} from '../model/users.js'
import {badRequest, notFound} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {renderQuestion} from '../routes/questions.js'
import {flag, oneOf, read, reference, text, userOf} from './input.js'

type QuestionRoute = {Params: {id: string}}

const askBody = v.strictObject({from: reference, item: v.exactOptional(text), text: v.exactOptional(text)})
const changeBody = v.strictObject({
  status: v.exactOptional(oneOf(questionStatuses)),
  answer_status: v.exactOptional(oneOf(answerStatuses)),
  hold: v.exactOptional(flag),
  suspected_spam: v.exactOptional(flag),
  deleted_from_listing: v.exactOptional(flag),
})

/** Routes that ask without a token, and change questions behind the service's back. */
export function registerQuestions(app: FastifyInstance, world: World): void {
  app.post('/_emulator/questions', (request, reply) => {
    const {from, item, text: words} = read(askBody, request.body)
    const user = userOf(world, from)
    world.users.touch(user)
    const asker = {userId: user.id, isTestUser: isTestUser(user), appId: null}
    return reply.code(201).send(renderQuestion(ask(world, asker, {item_id: item, text: words})))
  })

  app.post<QuestionRoute>('/_emulator/questions/:id', (request) => {
    const question = world.questions.get(Number(request.params.id))
    if (question === undefined) throw notFound(`there is no question ${request.params.id}`)
    const change = read(changeBody, request.body)
    const {status, hold, answer_status: answerStatus, suspected_spam: spam, deleted_from_listing: deleted} = change
    if (answerStatus !== undefined && question.answer === null) throw badRequest('it has no answer')
    if (status === 'ANSWERED' && question.answer === null) throw badRequest('it has no answer; POST /answers')
    world.questions.change(question, {
      ...(status !== undefined && {status}),
      ...(answerStatus !== undefined && {answerStatus}),
      ...(hold !== undefined && {hold}),
      ...(spam !== undefined && {suspectedSpam: spam}),
      ...(deleted !== undefined && {deletedFromListing: deleted}),
    })
    return renderQuestion(question)
  })
}
