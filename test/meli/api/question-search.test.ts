import {afterEach, expect, it} from '@jest/globals'
import {createMercadoLibre} from '../../../src/meli/api/api.js'
import type {Fetched, Question} from '../../../src/services/ports/index.js'
import {type HttpServer, json, startServer} from '../../support/http-server.js'
import {quickHttp} from '../../support/wire.js'

let server: HttpServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

it('names a question that cannot be read, and gives the others', async () => {
  const questions = [
    {id: 1, status: 'ANSWERED'},
    {id: null, text: '?'},
    {id: 3, status: 'ANSWERED'},
  ]
  const none = json({total: 0, questions: []})
  server = await startServer(json({total: 3, questions, scroll_id: ''}), none)
  const api = createMercadoLibre(quickHttp(server.origin))({current: async () => 'APP_USR-x'})
  const source = api.questions(7, async () => [])
  const answers: Fetched<Question>[] = []
  const from = {since: null, startedAt: new Date(), cursor: null}
  for await (const {records} of source.walk(from, new AbortController().signal)) answers.push(...records)
  expect(answers).toMatchObject([
    {ok: true, id: '1'},
    {ok: false, id: expect.stringMatching(/^unreadable question /), status: 200},
    {ok: true, id: '3'},
  ])
})
