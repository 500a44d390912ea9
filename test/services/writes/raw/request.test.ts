import {describe, expect, it} from '@jest/globals'
import {isMeliError, type MeliError} from '../../../../src/core/errors.js'
import {type RawInput, requestOf} from '../../../../src/services/writes/raw/request.js'
import fc from '../../../support/properties.js'

const origin = 'https://api.mercadolibre.com'
const values = {user_id: () => '8035443', site_id: () => 'MEC', app_id: () => '4242'}

function build(method: string, path: string, more: Partial<RawInput> = {}) {
  const input = {method, path, fields: [], typed: [], headers: [], input: undefined, ...more}
  return requestOf(input, {origin, values})
}

function refused(method: string, path: string, more: Partial<RawInput> = {}): MeliError {
  try {
    build(method, path, more)
  } catch (error) {
    if (isMeliError(error)) return error
    throw error
  }
  throw new Error(`${method} ${path} was let through`)
}

describe('a raw request', () => {
  it('takes a method in any case and a path with or without a slash, or the whole address', () => {
    expect(build('get', 'users/me')).toEqual({method: 'GET', path: '/users/me'})
    expect(build('GET', `${origin}/users/me?a=1#b`)).toEqual({method: 'GET', path: '/users/me?a=1'})
    expect(refused('FETCH', '/users/me').code).toBe('MELI_USAGE')
  })

  it('fills in placeholders in the path and in values, and leaves other braces of values alone', () => {
    expect(build('GET', '/users/{user_id}/items/search', {fields: ['site={site_id}', 'app={app_id}']}).path).toBe(
      '/users/8035443/items/search?site=MEC&app=4242',
    )
    const body = build('POST', '/x', {fields: ['a={user_id}', 'b={other}'], typed: ['c:={user_id}', 'd:={"e":1}']}).body
    expect(body).toBe('{"a":"8035443","b":"{other}","c":8035443,"d":{"e":1}}')
    expect(refused('GET', '/users/{nobody}').message).toContain('{nobody}')
  })

  it('makes fields the query of a read, and of anything with a body of its own', () => {
    expect(
      build('GET', '/items?ids=MEC1', {fields: ['attributes=id,title', 'q=a b&c'], typed: ['limit:=5']}).path,
    ).toBe('/items?ids=MEC1&attributes=id,title&q=a+b%26c&limit=5')
    expect(build('PUT', '/items/MEC1', {fields: ['a=1'], input: '{"price":19.90}'})).toEqual({
      ...{method: 'PUT', path: '/items/MEC1?a=1', body: '{"price":19.90}'},
    })
  })

  it('keeps each of the values that a name of the query is given, in order', () => {
    expect(build('GET', '/x?a=1&b=0&a=2').path).toBe('/x?a=1&b=0&a=2')
    const fields = ['tags=b', 'q=1', 'tags=a', 'tags=b']
    expect(build('GET', '/x', {fields, typed: ['n:=1', 'n:=2']}).path).toBe('/x?tags=b&q=1&tags=a&tags=b&n=1&n=2')
    expect(build('POST', '/x', {fields, input: '{}'}).path).toBe('/x?tags=b&q=1&tags=a&tags=b')
  })

  it('puts fields in the place of what the path has under their name', () => {
    expect(build('GET', '/x?limit=50&a=1&limit=60', {fields: ['limit=2', 'b=3']}).path).toBe('/x?a=1&limit=2&b=3')
  })

  it('refuses a name that ends in a colon as text, which is -F mistyped', () => {
    for (const field of ['price:=3', 'price :=3', ' price: =3']) {
      const error = refused('PUT', '/items/MEC1', {fields: [field]})
      expect(error).toMatchObject({code: 'MELI_USAGE', exitCode: 2})
      expect(error.suggestions.join('\n')).toMatch(/-F price ?:=.*\n-f price=/)
    }
    expect(refused('PUT', '/x', {fields: [':=3']}).message).toContain('without its name')
    expect(build('POST', '/x', {fields: ['a:b=c:=d']}).body).toBe('{"a:b":"c:=d"}')
  })

  it('keeps the digits of numbers', () => {
    const typed = ['price:=19.90', 'id:=12345678901234567890']
    expect(build('PUT', '/items/MEC1', {typed}).body).toBe('{"price":19.90,"id":12345678901234567890}')
  })

  it('sends no body when there is none to send', () => {
    expect(build('DELETE', '/items/MEC1')).toEqual({method: 'DELETE', path: '/items/MEC1'})
  })

  it.each<[string, Partial<RawInput>]>([
    ['a field without a value', {fields: ['price']}],
    ['a field without a name', {fields: ['=3']}],
    ['a field given twice', {fields: ['a=1', 'a=2']}],
    ['a typed field that is not JSON', {typed: ['a:=b']}],
    ['a body that is not JSON', {input: '{price: 1}'}],
    ['a header without a colon', {headers: ['x-version 3']}],
  ])('refuses %s', (_, more) => {
    expect(['MELI_USAGE', 'MELI_INPUT_UNREADABLE']).toContain(refused('POST', '/x', more).code)
  })

  it('refuses the body of a read', () => {
    expect(refused('GET', '/x', {input: '{}'}).code).toBe('MELI_USAGE')
  })

  it('passes headers on, and not those that would be another token, connection or method', () => {
    const headers = ['X-Version: 3', 'x-format-new:true']
    expect(build('PUT', '/x', {headers}).headers).toEqual({'x-version': '3', 'x-format-new': 'true'})
    for (const name of [
      'Authorization',
      'authorization ',
      'Cookie',
      'Host',
      'X-HTTP-Method-Override',
      'X_HTTP_Method_Override',
      'Content-Length',
    ]) {
      const error = refused('GET', '/x', {headers: [`${name}: Bearer APP_USR-secret`]})
      expect(error.code).toBe('MELI_USAGE')
      expect(error.message).not.toContain('APP_USR')
    }
  })

  it.each([
    'https://evil.example.com/users/me',
    'http://api.mercadolibre.com/users/me',
    '//evil.example.com/users/me',
    '/\\evil.example.com/users/me',
    '\\\\evil.example.com',
    'https://user:pass@api.mercadolibre.com/users/me',
    'https://api.mercadolibre.com.evil.example.com/',
    'https://api.mercadolibre.com@evil.example.com/',
    'https:\\\\evil.example.com/',
    'file:///etc/passwd',
  ])('carries no token to %s', (path) => {
    expect(refused('GET', path)).toMatchObject({code: 'MELI_USAGE'})
  })

  it.each([
    '/oauth/token',
    'oauth/token',
    '/OAuth/Token',
    '/%6fauth/token',
    '/%256fauth/token',
    '/users/../oauth/token',
    '/users/%2e%2e/oauth/token',
    '/users%2f..%2foauth/token',
    '/./oauth//token',
    '/oauth;x=1/token',
    `${origin}/oauth/token`,
  ])('names the command for %s', (path) => {
    const error = refused('POST', path)
    expect(error.suggestions.join()).toContain('meli auth')
  })

  it.each(['/users/test_user', '/users/test_user/', '/users//test_user', '/users/test%5Fuser', '/users/Test_User?x=1'])(
    'names the command for a test user at %s',
    (path) => {
      expect(refused('POST', path).suggestions).toEqual(['meli create-test-user'])
    },
  )

  it('takes no token out of the query or the fields', () => {
    expect(refused('PUT', '/items/MEC1?access_token=APP_USR-1').message).not.toContain('APP_USR')
    expect(refused('PUT', '/items/MEC1', {fields: ['access_token=APP_USR-1']}).code).toBe('MELI_USAGE')
    expect(refused('GET', '/items/MEC1', {fields: ['Access_Token=APP_USR-1']}).code).toBe('MELI_USAGE')
  })

  it.each(['_method', 'X-HTTP-Method-Override', 'http_method_override'])('takes no other method out of %s', (name) => {
    expect(refused('GET', `/items/MEC1?${name}=PUT`).suggestions).toEqual(['give the method itself: meli api PUT ...'])
    expect(refused('GET', '/items/MEC1', {fields: [`${name}=PUT`]}).code).toBe('MELI_USAGE')
  })

  it('stays below the address of the API, whatever the path', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.webPath()), (path) => {
        try {
          const request = build('GET', path.replaceAll(/[{}]/g, ''))
          expect(new URL(request.path, origin).origin === origin || request.path.startsWith('//')).toBe(true)
        } catch (error) {
          if (!isMeliError(error)) throw error
        }
      }),
    )
  })

  it('carries any text in a field through to the query or the body', () => {
    const word = fc.string({minLength: 1}).filter((text) => text.trim() === text && !/[={}]|:$/.test(text))
    fc.assert(
      fc.property(word, fc.string(), (name, value) => {
        fc.pre(!/token|secret/i.test(name) && !value.includes('{'))
        const fields = [`${name}=${value}`]
        expect(JSON.parse(build('POST', '/x', {fields}).body ?? '')).toEqual(Object.fromEntries([[name, value]]))
        const query = new URL(build('GET', '/x', {fields}).path, origin).searchParams
        expect([...query]).toEqual([[name, value]])
      }),
    )
  })
})
