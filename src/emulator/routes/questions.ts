import type {FastifyInstance} from 'fastify'
import {accessDenied} from '../model/api-error.js'
import {answer, ask, remove} from '../model/questions/asking.js'
import {invalidQuestion, questionNotFound} from '../model/questions/errors.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'
import {readQuery} from './query.js'
import {searchQuestions} from './question-search.js'
import {newShape, oldShape} from './question-views.js'

type QuestionRoute = {Params: {id: string}}

/** docs/mercadolibre.md, section 7. */
export function registerQuestions(app: FastifyInstance, world: World): void {
  app.get('/questions/search', (request, reply) => {
    const {userId} = authenticate(world, request)
    return reply.send(searchQuestions(world.questions, userId, readQuery(request.query)))
  })

  app.get('/my/received_questions/search', (request, reply) => {
    const {userId} = authenticate(world, request)
    const query = new Map([...readQuery(request.query), ['seller_id', String(userId)] as const])
    return reply.send(searchQuestions(world.questions, userId, query))
  })

  app.get<QuestionRoute>('/questions/:id', (request, reply) => {
    const {userId} = authenticate(world, request)
    const id = idOf(request.params.id)
    const {questions} = world
    const question = questions.get(id)
    if (question === undefined) throw questionNotFound(id)
    if (question.sellerId !== userId && question.buyerId !== userId) throw accessDenied()
    const isNew = readQuery(request.query).get('api_version') === '4'
    return reply.send(isNew ? newShape(question) : oldShape(question, questions.answeredOf(question.buyerId)))
  })

  // What a written question is answered with is told for answers alone: the question (section 7), in the newer shape.
  app.post('/questions', (request, reply) =>
    reply.send(newShape(ask(world, authenticate(world, request), request.body))),
  )

  app.post('/answers', (request, reply) =>
    reply.send(newShape(answer(world, authenticate(world, request).userId, request.body))),
  )

  app.delete<QuestionRoute>('/questions/:id', (request, reply) => {
    remove(world.questions, authenticate(world, request).userId, idOf(request.params.id))
    return reply.send(['Question deleted.'])
  })
}

function idOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw invalidQuestion(text)
  return Number(text)
}
