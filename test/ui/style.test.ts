import {describe, expect, it} from '@jest/globals'
import {createStyle, printable} from '../../src/ui/style.js'
import fc from '../support/properties.js'

const utf8 = {LANG: 'es_EC.UTF-8'}

function isColoured(isTTY: boolean, env: Record<string, string>): boolean {
  return createStyle({isTTY, env, platform: 'linux'}).ok('x') !== 'x'
}

describe('createStyle', () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, {NO_COLOR: '1'}, false],
    [true, {NO_COLOR: ''}, true],
    [true, {TERM: 'dumb'}, false],
    [false, {FORCE_COLOR: '1'}, true],
    [true, {FORCE_COLOR: '0'}, false],
    [false, {FORCE_COLOR: ''}, false],
    [false, {FORCE_COLOR: '1', NO_COLOR: '1'}, true],
  ])('with terminal %s and %j has colour: %s', (isTTY, env, coloured) => {
    expect(isColoured(isTTY, env as Record<string, string>)).toBe(coloured)
  })

  it('returns every text as it is where there is no colour', () => {
    const style = createStyle({isTTY: false, env: utf8})
    for (const paint of [style.ok, style.fail, style.warn, style.dim, style.bold, style.link])
      expect(paint('text')).toBe('text')
    expect(style.symbols).toEqual({ok: '✓', fail: '✗', warn: '!', skip: '–'})
  })

  it.each([
    ['linux', {LANG: 'C'}, '+'],
    ['linux', {}, '+'],
    ['linux', {LC_ALL: 'C', LANG: 'es_EC.UTF-8'}, '+'],
    ['linux', {LC_ALL: '', LC_CTYPE: 'pt_BR.utf8'}, '✓'],
    ['darwin', {}, '✓'],
    ['win32', {}, '+'],
    ['win32', {WT_SESSION: 'x'}, '✓'],
  ] as [NodeJS.Platform, Record<string, string>, string][])('on %s with %j writes %s', (platform, env, sign) => {
    expect(createStyle({isTTY: false, env, platform}).symbols.ok).toBe(sign)
  })
})

describe('printable', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007name', 'name'],
    ['over\rwritten\b', 'overwritten'],
    ['\u009b2Jcleared', 'cleared'],
    ['\u202eevil\u202c', 'evil'],
    ['Ñandú\tañejo\n✓', 'Ñandú\tañejo\n✓'],
  ])('makes %j harmless', (text, harmless) => {
    expect(printable(text)).toBe(harmless)
  })

  it('leaves nothing that moves a cursor', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), (text) => {
        const codes = [...printable(text)].map((character) => character.codePointAt(0) ?? 0)
        expect(codes.filter((code) => (code < 32 && code !== 9 && code !== 10) || (code >= 127 && code < 160))).toEqual(
          [],
        )
      }),
    )
  })
})
