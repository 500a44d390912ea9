import type {FastifyInstance} from 'fastify'
import {badRequest, notFound} from '../model/api-error.js'
import {ask} from '../model/questions/asking.js'
import {answerStatuses, questionStatuses} from '../model/questions/question.js'
import type {QuestionChange} from '../model/questions/questions.js'
import {changeSettings} from '../model/questions/settings.js'
import {registerSettings} from '../model/settings.js'
import {isTestUser} from '../model/users.js'
import type {World} from '../model/world.js'
import {newShape} from '../routes/question-views.js'
import {userOf} from './accounts.js'
import {Body} from './body.js'

type QuestionRoute = {Params: {id: string}}

/** Questions asked without a token, and what happens to them behind the service's back. */
export function registerQuestionControl(app: FastifyInstance, world: World): void {
  app.post('/_emulator/questions', (request, reply) => {
    const body = new Body(request.body, ['from', 'item', 'text'])
    const user = userOf(world, body.reference('from'), 'from')
    world.users.touch(user)
    const asker = {userId: user.id, isTestUser: isTestUser(user), appId: null}
    return reply.code(201).send(newShape(ask(world, asker, {item_id: body.text('item'), text: body.text('text')})))
  })

  registerSettings(app, '/_emulator/questions/settings', () => world.questions.settings, changeSettings)

  app.post<QuestionRoute>('/_emulator/questions/:id', (request) => {
    const {questions} = world
    const question = questions.get(Number(request.params.id))
    if (question === undefined) throw notFound(`there is no question ${request.params.id}`)
    const change = readChange(request.body)
    if (change.answerStatus !== undefined && question.answer === null) throw badRequest('it has no answer')
    if (change.status === 'ANSWERED' && question.answer === null) throw badRequest('it has no answer; POST /answers')
    questions.change(question, change)
    return newShape(question)
  })
}

function readChange(raw: unknown): QuestionChange {
  const body = new Body(raw, ['status', 'answer_status', 'hold', 'suspected_spam', 'deleted_from_listing'])
  const [status, answerStatus] = [body.oneOf('status', questionStatuses), body.oneOf('answer_status', answerStatuses)]
  const [hold, spam, deleted] = [body.flag('hold'), body.flag('suspected_spam'), body.flag('deleted_from_listing')]
  return {
    ...(status !== undefined && {status}),
    ...(answerStatus !== undefined && {answerStatus}),
    ...(hold !== undefined && {hold}),
    ...(spam !== undefined && {suspectedSpam: spam}),
    ...(deleted !== undefined && {deletedFromListing: deleted}),
  }
}
