import {describe, expect, it} from '@jest/globals'
import {renderHistory, renderWrite} from '../../src/ui/history.js'
import {indentJson} from '../../src/ui/json-text.js'
import {renderRaw} from '../../src/ui/raw.js'
import fc from '../support/properties.js'
import {all, plainPaper} from './paper.js'
import {aWrite} from './writes.js'

describe('the history of writes', () => {
  it('is a table of what, on what, from what to what, and how it ended', () => {
    const undone = aWrite({id: 11, undone_by: 12, is_test_user: true, before: null, after: {price: '19.90'}})
    const lost = aWrite({id: 10, command: 'api', action: 'request', after: null, outcome: 'cut_off', status: null})
    expect(renderHistory({writes: [aWrite(), undone, lost], total: 30}, plainPaper(), all)).toMatchInlineSnapshot(`
"ID  WHEN     ACCOUNT       KIND       COMMAND    WHAT          CHANGE        RESULT
12  1 h ago  TIENDA_QUITO  real       stock set  MEC600000001  stock 5 -> 3  done (200)
11  1 h ago  TIENDA_QUITO  test user  stock set  MEC600000001  price 19.90   taken back
10  1 h ago  TIENDA_QUITO  real       api        MEC600000001  PUT           cut off

3 of 30 writes: --limit shows more"
`)
    expect(renderHistory({writes: [], total: 0}, plainPaper(), all)).toBe('Nothing was changed yet.')
    expect(renderHistory({writes: [], total: 0}, plainPaper(), {some: true})).toBe('No write fits.')
  })

  it('shows one write, and how it is taken back', () => {
    expect(renderWrite(aWrite({variation_id: 7}), plainPaper())).toMatchInlineSnapshot(`
"12: stock set MEC600000001, variation 7
  When     2026-03-01 11:00 UTC (1 h ago)
  Account  TIENDA_QUITO (8035443), real
  Request  PUT /items/MEC600000001
  Before   available_quantity 5
  After    available_quantity 3
  Result   done (200)

  {
    "available_quantity": 3
  }

To undo it: meli history undo 12"
`)
    expect(renderWrite(aWrite({is_test_user: true}), plainPaper())).toContain('meli history undo 12 --sandbox')
  })

  it.each([
    {undone_by: 13},
    {outcome: 'refused', message: 'no'} as const,
    {action: 'answer'} as const,
    {before: null},
    {after: {status: 'closed'}},
  ])('does not speak of taking back what cannot be: %j', (changes) => {
    expect(renderWrite(aWrite(changes), plainPaper())).not.toContain('undo')
  })

  it('says of a lost answer that nobody knows', () => {
    for (const outcome of ['unknown', 'cut_off'] as const)
      expect(renderWrite(aWrite({outcome, status: null}), plainPaper())).toContain('Nobody knows')
  })
})

describe('JSON on a screen', () => {
  it('says the same over several lines, digits and escapes as they were', () => {
    expect(indentJson('{"a":[1.10,{}],"b":{"c":"\\u00e9 {\\"x\\": [1]}"},"d":[]}')).toBe(
      '{\n  "a": [\n    1.10,\n    {}\n  ],\n  "b": {\n    "c": "\\u00e9 {\\"x\\": [1]}"\n  },\n  "d": []\n}',
    )
    expect(indentJson('not { json')).toBe('not { json')
  })

  it('is what JSON.stringify would write', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(indentJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2))
      }),
    )
  })
})

describe('an answer on a screen', () => {
  const outcome = (bytes: Buffer, type: string) => ({
    result: {
      ...{method: 'GET' as const, path: '/x', status: 200, headers: {'content-type': type}},
      ...{body: null, error: null, write_id: null},
    },
    ...{bytes, error: null},
  })
  const screen = {include: false, isTTY: true}

  it('is laid out, and cannot steer the terminal', () => {
    const shown = renderRaw(outcome(Buffer.from('{"a":"\u009b31mred"}'), 'application/json'), screen)
    expect(Buffer.from(shown).toString()).toBe('{\n  "a": "red"\n}\n')
  })

  it('is not a label', () => {
    const shown = renderRaw(outcome(Buffer.from('%PDF'), 'application/pdf'), screen)
    expect(Buffer.from(shown).toString()).toContain('no text')
  })
})
