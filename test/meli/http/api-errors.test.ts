import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../src/core/errors.js'
import {apiError, isTokenRefused} from '../../../src/meli/http/api-errors.js'
import {readCauses} from '../../../src/meli/http/wire-error.js'
import fc from '../../support/properties.js'
import {httpAnswer, printed} from '../../support/wire.js'

const of = (status: number, body: unknown) => httpAnswer(status, typeof body === 'string' ? body : JSON.stringify(body))

describe('errors of the API', () => {
  it.each([
    [401, {code: 'unauthorized', message: 'invalid access token'}, 'MELI_TOKEN_REJECTED'],
    [401, {message: 'invalid_token', error: 'not_found', status: 401, cause: []}, 'MELI_TOKEN_REJECTED'],
    [401, '', 'MELI_TOKEN_REJECTED'],
    [400, {message: 'Malformed access_token: x', error: 'bad_request', status: 400}, 'MELI_TOKEN_REJECTED'],
    [401, {error: 'unauthorized_scopes', status: 401}, 'MELI_FORBIDDEN'],
    [401, {message: "Caller is not the item's owner", error: '', status: 401, cause: []}, 'MELI_FORBIDDEN'],
    [
      401,
      {code: 401, error: 'unauthorized_request_error', message: 'Invalid caller.id', cause: null},
      'MELI_FORBIDDEN',
    ],
    [403, {code: 'PA_UNAUTHORIZED_RESULT_FROM_POLICIES', blocked_by: 'PolicyAgent', message: 'x'}, 'MELI_FORBIDDEN'],
    [403, {status: 403, error: 'Invalid scopes', code: 'FORBIDDEN'}, 'MELI_FORBIDDEN'],
    [403, {message: 'invalid_operator_user_id'}, 'MELI_OPERATOR_ACCOUNT'],
    [404, {message: 'Item with id MLA999 not found', error: 'not_found', status: 404, cause: []}, 'MELI_NOT_FOUND'],
    [409, {message: 'item optimistic locking error: conflict', status: 409, cause: []}, 'MELI_API_REJECTED'],
    [429, {error: 'too_many_requests', message: 'client.id over quota', status: 429}, 'MELI_RATE_LIMITED'],
    [429, {message: 'Too Many Requests', error: 'too_many_requests', status: 429, cause: []}, 'MELI_RATE_LIMITED'],
    [429, '', 'MELI_RATE_LIMITED'],
    [429, 'local_rate_limited', 'MELI_RATE_LIMITED'],
    [503, '<html>Bad</html>', 'MELI_SERVICE_FAILING'],
  ])('tells %s %j apart as %3$s', (status, body, code) => {
    const error = apiError(of(status, body))
    expect(error).toMatchObject({code, details: {status}})
    expect(error.suggestions.length).toBeGreaterThan(0)
    expect(isTokenRefused(of(status, body))).toBe(code === 'MELI_TOKEN_REJECTED')
  })

  it('says what the service says, causes included', () => {
    const cause = [
      {cause_id: 147, type: 'error', code: 'item.attributes.missing_required', message: 'BRAND is required'},
    ]
    const error = apiError(of(400, {message: 'Validation error', error: 'validation_error', status: 400, cause}))
    expect(error.message).toBe(
      'Mercado Libre answered 400: Validation error; item.attributes.missing_required - BRAND is required',
    )
    expect(error.details).toEqual({status: 400, error: 'validation_error'})
  })

  it.each([
    [
      {cause: '', message: 'Order do not exists', error: 'order_not_found', status: 404},
      ['Mercado Libre answered 404: Order do not exists', 'order_not_found'],
    ],
    [
      {cause: 'order is too old', message: 'Order do not exists', error: 'order_not_found', status: 404},
      ['Mercado Libre answered 404: Order do not exists; order is too old', 'order_not_found'],
    ],
    [
      {cause: {code: 2034, message: 'invalid order'}, message: 'Bad', error: 'bad_request'},
      ['Mercado Libre answered 404: Bad; 2034 - invalid order', 'bad_request'],
    ],
    [{message: 'not found', status: 404}, ['Mercado Libre answered 404: not found', null]],
    [{code: 'not_found', message: 'not_found'}, ['Mercado Libre answered 404: not_found', 'not_found']],
    [{Status: 404}, ['Mercado Libre answered 404', null]],
    [
      {error: 'The item MEC1 has no prices associated', code: 'not.found', status: 404},
      ['Mercado Libre answered 404: The item MEC1 has no prices associated', 'not.found'],
    ],
  ])('reads %j', (body, [message, code]) => {
    const error = apiError(of(404, body))
    expect([error.message, error.details?.error]).toEqual([message, code])
  })

  it('lists the reasons whether they are a text, one or several', () => {
    const causes = (cause: unknown) => readCauses(of(400, {cause}))
    const price = {code: 'item.price.not_modifiable', message: 'no'}
    expect(causes('item.price.not_modifiable')).toEqual([{code: '', message: 'item.price.not_modifiable'}])
    expect(causes(price)).toEqual([price])
    expect(causes([price, {...price, type: 'warning'}, '', {code: 314}])).toEqual([price, {code: '314', message: ''}])
    for (const nothing of ['', null, undefined, [], {}, 7]) expect(causes(nothing)).toEqual([])
  })

  it('names the request, and where a permission is given', () => {
    const answer = httpAnswer(403, '{"blocked_by":"PolicyAgent"}', {'x-request-id': 'abc'})
    expect(apiError(answer)).toMatchObject({
      details: {request_id: 'abc'},
      suggestions: [expect.stringContaining('functional permission'), expect.any(String)],
    })
  })

  it('lets no control character and no token of the service through to the terminal', () => {
    const error = apiError(of(400, {message: 'bad\u001b[31m \u202eAPP_USR-1-2-3-4\n\r next', error: 'x'}))
    expect(error.message).toBe('Mercado Libre answered 400: bad [31m [redacted] next')
  })

  it('makes an error of any body', () => {
    fc.assert(
      fc.property(fc.integer({min: 400, max: 599}), fc.oneof(fc.json(), fc.string()), (status, body) => {
        expect(apiError(httpAnswer(status, body))).toBeInstanceOf(MeliError)
      }),
    )
  })

  it('keeps tokens out of the error wherever the service puts them', () => {
    const field = fc.constantFrom('message', 'error', 'error_description', 'code', 'blocked_by')
    fc.assert(
      fc.property(field, fc.stringMatching(/^[0-9a-f]{24}$/), (name, hex) => {
        const token = `TG-${hex}-771100223`
        const body = {[name]: `x ${token}`, cause: [token, {message: `refresh_token=${token}`}]}
        expect(printed(apiError(of(400, body)))).not.toContain(hex)
      }),
    )
  })
})
