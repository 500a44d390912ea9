import {afterEach, describe, expect, it} from '@jest/globals'
import {Interrupts} from '../../../src/cli/interrupts.js'
import {MeliError} from '../../../src/core/errors.js'
import {redact} from '../../../src/core/redact.js'
import {createMercadoLibre} from '../../../src/meli/api/api.js'
import type {NewWrite, WriteLog, WriteOutcome} from '../../../src/services/ports/index.js'
import {outcomeOfError, type Write, Writer} from '../../../src/services/writes/writer.js'
import {type HttpServer, hangUp, json, type Reply, silence, startServer} from '../../support/http-server.js'
import {refusal} from '../../support/toolkit.js'
import {quickHttp} from '../../support/wire.js'

const who = {userId: 8_035_443, nickname: 'TIENDA_QUITO', isTestUser: false}
const write: Write = {
  ...{command: 'stock set', action: 'stock', subject: 'MEC1'},
  request: {method: 'PUT', path: '/items/MEC1', body: {available_quantity: 3}},
  before: {available_quantity: 5},
  after: {available_quantity: 3},
}

const servers: HttpServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

/** What was written to the log, in the order in which it was. */
type Row = {begin: NewWrite} | {end: WriteOutcome}

async function build({reply = json({id: 'MEC1'}), log = {}}: {reply?: Reply; log?: Partial<WriteLog>} = {}) {
  const rows: Row[] = []
  const server = await startServer((response, request) => {
    rowsAtRequest = rows.length
    reply(response, request)
  })
  servers.push(server)
  let rowsAtRequest = 0
  const interrupts = new Interrupts()
  const keeping: Pick<WriteLog, 'begin' | 'end'> = {
    begin: async (begin) => rows.push({begin}),
    end: async (_, end) => void rows.push({end}),
    ...log,
  }
  const writer = new Writer({
    log: keeping as WriteLog,
    clock: {now: () => new Date('2026-03-01T12:00:00Z'), monotonic: () => 0, sleep: async () => {}},
    process: {newHolder: () => 'workstation:4211:x'},
    protect: interrupts.protect,
    redact,
  })
  const api = createMercadoLibre(quickHttp(server.url, {timeoutMs: 300}))({current: async () => 'APP_USR-1'})
  const actor = {identity: who, session: {api}}
  const last = () => rows.at(-1)
  return {writer, actor, rows, server, interrupts, last, rowsAtRequest: () => rowsAtRequest}
}

describe('the writer', () => {
  it('writes down before it sends, and the outcome after', async () => {
    const {writer, actor, rows, rowsAtRequest} = await build()
    const answer = await writer.send(actor, write)
    expect(answer).toMatchObject({status: 200, writeId: 1})
    expect(answer.json()).toEqual({id: 'MEC1'})
    expect(rowsAtRequest()).toBe(1)
    expect(rows).toEqual([
      {
        begin: {
          ...{at: new Date('2026-03-01T12:00:00Z'), ...who, command: 'stock set', action: 'stock', subject: 'MEC1'},
          ...{variationId: null, method: 'PUT', path: '/items/MEC1', body: '{"available_quantity":3}'},
          ...{before: {available_quantity: 5}, after: {available_quantity: 3}, undoes: null, pushId: null},
          holder: 'workstation:4211:x',
        },
      },
      {end: {at: new Date('2026-03-01T12:00:00Z'), outcome: 'done', status: 200, errorCode: null, message: null}},
    ])
  })

  it.each<[string, Reply, Partial<WriteOutcome>]>([
    ['400', json({message: 'Validation error', error: 'validation_error'}, 400), {outcome: 'refused', status: 400}],
    ['409', json({message: 'conflict'}, 409), {outcome: 'refused', status: 409}],
    ['401', json({message: 'invalid access token'}, 401), {outcome: 'refused', status: 401}],
    ['429', json({message: 'too many'}, 429), {outcome: 'failed', status: 429}],
    ['500', json({message: 'oops'}, 500), {outcome: 'unknown', status: 500}],
    ['408', json({message: 'late'}, 408), {outcome: 'unknown', status: 408}],
    ['no answer', silence, {outcome: 'unknown', status: null, errorCode: 'MELI_TIMED_OUT'}],
    ['a broken connection', hangUp, {outcome: 'unknown', status: null, errorCode: 'MELI_UNREACHABLE'}],
  ])('writes down what came of %s, and sends once', async (_, reply, outcome) => {
    const {writer, actor, server, last} = await build({reply})
    const error = await refusal(writer.send(actor, write))
    expect(error.details).toMatchObject({write_id: 1})
    expect(last()).toMatchObject({end: {...outcome, errorCode: error.code}})
    expect(server.requests).toHaveLength(1)
  })

  it('knows that nothing was changed when nobody could be reached', async () => {
    const {writer, actor, server, last} = await build()
    await server.close()
    await refusal(writer.send(actor, write))
    expect(last()).toMatchObject({end: {outcome: 'failed', status: null}})
  })

  it('sends nothing that it could not write down', async () => {
    const full = new MeliError('MELI_STORAGE_FULL', 'the disk is full')
    const begin = async () => Promise.reject(full)
    const {writer, actor, server} = await build({log: {begin}})
    expect(await refusal(writer.send(actor, write))).toBe(full)
    expect(server.requests).toEqual([])
  })

  it('says that a change was carried out when its end cannot be written', async () => {
    const end = async () => Promise.reject(new MeliError('MELI_STORAGE_FULL', 'the disk is full'))
    const {writer, actor} = await build({log: {end}})
    const error = await refusal(writer.send(actor, write))
    expect(error).toMatchObject({code: 'MELI_STORAGE_FULL', details: {write_id: 1, outcome: 'done', status: 200}})
    expect(error.message).toContain('was carried out')
  })

  it('keeps no secret', async () => {
    const {writer, actor, rows} = await build()
    const body = {access_token: 'APP_USR-123456-secret', password: 'qatest4242', note: 'fine'}
    const request = {method: 'POST', path: '/x?access_token=APP_USR-123456-secret', body} as const
    await writer.send(actor, {...write, subject: 'TG-1234567', request})
    const kept = JSON.stringify(rows)
    for (const secret of ['APP_USR-1', 'qatest', 'TG-']) expect(kept).not.toContain(secret)
    expect(kept).toContain('fine')
  })

  it('does nothing for who has stopped already', async () => {
    const {writer, actor, rows} = await build()
    await expect(writer.send(actor, write, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
    expect(rows).toEqual([])
  })

  it('waits for the answer to what has left, and keeps it, before an interrupt goes on', async () => {
    const arrived: {answer?: () => void} = {}
    const there = new Promise<void>((resolve) => {
      arrived.answer = resolve
    })
    const stop = new AbortController()
    const {writer, actor, interrupts, last} = await build({
      reply: (response, request) => {
        stop.abort(new Error('stopped'))
        arrived.answer?.()
        json({id: 'MEC1'})(response, request)
      },
    })
    const sent = writer.send(actor, write, stop.signal)
    await there
    await interrupts.settled()
    expect(last()).toMatchObject({end: {outcome: 'done', status: 200}})
    await sent
  })

  it('carries JSON to the digit', async () => {
    const {writer, actor, server, rows} = await build()
    const bodyText = '{"price": 19.90, "id": 12345678901234567890}'
    await writer.send(actor, {...write, request: {method: 'PUT', path: '/items/MEC1', body: {}, bodyText}})
    expect(server.requests[0]).toMatchObject({body: bodyText, headers: {'content-type': 'application/json'}})
    expect(rows[0]).toMatchObject({begin: {body: bodyText}})
  })
})

describe('what became of a write', () => {
  const error = (...[code, details]: [MeliError['code'], Record<string, unknown>?]) =>
    new MeliError(code, 'x', details === undefined ? {} : {details})

  it.each([
    [error('MELI_AUTHORIZATION_LOST'), 'failed'],
    [error('MELI_REFRESH_BUSY'), 'failed'],
    [error('MELI_USAGE'), 'failed'],
    [error('MELI_INTERRUPTED'), 'failed'],
    [error('MELI_UNREACHABLE', {sent: false}), 'failed'],
    [error('MELI_UNREACHABLE', {sent: true}), 'unknown'],
    [error('MELI_TIMED_OUT'), 'unknown'],
    [error('MELI_ANSWER_UNUSABLE', {status: 200}), 'unknown'],
    [error('MELI_FORBIDDEN', {status: 403}), 'refused'],
    [error('MELI_SERVICE_FAILING', {status: 503}), 'unknown'],
    [new Error('a bug'), 'unknown'],
  ])('%p is %s', (failure, end) => {
    expect(outcomeOfError(failure)).toBe(end)
  })

  it('is failed when a signal stopped it before it left', () => {
    const reason = new Error('stopped')
    expect(outcomeOfError(reason, reason)).toBe('failed')
    expect(outcomeOfError(new Error('other'), reason)).toBe('unknown')
  })
})
