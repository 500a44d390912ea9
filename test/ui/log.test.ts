import {describe, expect, it} from '@jest/globals'
import {rememberSecret} from '../../src/core/redact.js'
import {createLog} from '../../src/ui/log.js'

rememberSecret('s3cret-of-the-app')

function build(level = 'info') {
  const lines: string[] = []
  const stream = {write: (line: string) => void lines.push(line)}
  const {log, correlate} = createLog({level, stream})
  const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}')
  return {log, correlate, lines, last}
}

describe('the log', () => {
  it('writes one JSON line for each message, with time and level', () => {
    const {log, last} = build()
    log.info({store: 'one'}, 'job done')
    expect(last()).toEqual({level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), store: 'one', msg: 'job done'})
  })

  it('keeps quiet below its level', () => {
    const {log, lines} = build('warn')
    log.info({}, 'nothing')
    log.child({a: 1}).debug({}, 'nothing')
    expect(lines).toEqual([])
  })

  it('gives everything that is logged inside one piece of work the same id, across awaits', async () => {
    const {log, correlate, lines} = build()
    const work = async () => {
      log.info({}, 'one')
      await new Promise(setImmediate)
      log.child({part: 'deep'}).info({}, 'two')
    }
    await Promise.all([correlate('a', work), correlate('b', work)])
    log.info({}, 'outside')
    const ids = lines.map((line) => JSON.parse(line).correlation_id)
    expect(ids).toEqual(['a', 'b', 'a', 'b', undefined])
  })

  it.each([
    ['a header', {headers: {authorization: 'Bearer APP_USR-1-zq7xyz9', Cookie: 'meli_session=zq7xyz9'}}],
    ['a token by name', {body: {access_token: 'zq7xyz9', refreshToken: 'zq7xyz9', client_secret: 'zq7xyz9'}}],
    ['a token by its shape', {note: 'it was APP_USR-4242-112209-zq7xyz9-77 and TG-zq7xyz9-77'}],
    ['what an address carries', {url: 'https://example.com/cb?code=TG-zq7xyz9&state=zq7xyz9&x=1'}],
    ['a login', {state: 'zq7xyz9', code_verifier: 'zq7xyz9', password: 'zq7xyz9'}],
    ['a form', {csrf: 'zq7xyz9', csrfToken: 'zq7xyz9', csrf_token: 'zq7xyz9'}],
    ['an error', {err: Object.assign(new Error('refused: code=zq7xyz9'), {options: {password: 'zq7xyz9'}})}],
    ['an error within', {problem: {cause: new Error('access_token=zq7xyz9')}}],
    ['a request', {req: {url: '/?code=zq7xyz9', headers: {cookie: 'zq7xyz9'}}, res: {raw: 'zq7xyz9'}}],
    ['a value that is known', {text: 'with s3cret-of-the-app in it'}],
  ])('takes out %s', (_, fields) => {
    const {log, lines} = build()
    log.error(fields, 'failed with code=zq7xyz9')
    log.child(fields).info({}, 'from a child')
    expect(lines).toHaveLength(2)
    expect(lines.join('')).not.toMatch(/zq7|s3cret/)
  })

  it('takes out what an error says when nothing else is said', () => {
    const {log, lines, last} = build()
    const error = new Error('refused: code=zq7xyz9 by s3cret-of-the-app')
    log.error(error)
    log.error({err: error})
    log.child({part: 'deep'}).error(error, undefined)
    expect(lines.join('')).not.toMatch(/zq7|s3cret/)
    expect(last().msg).toBe('refused: code=[redacted] by [redacted]')
  })

  it('tells what an error is and where it came from', () => {
    const {log, last} = build()
    log.error({err: new RangeError('too far')}, 'a request failed')
    expect(last().err).toEqual({type: 'RangeError', message: 'too far', stack: expect.stringContaining('log.test')})
  })
})
