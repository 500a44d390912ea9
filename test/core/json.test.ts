import {describe, expect, it} from '@jest/globals'
import {jsonPieces, readJson} from '../../src/core/json.js'
import fc from '../support/properties.js'

describe('readJson', () => {
  it('takes any JSON of 500 levels, whatever stands in its strings', () => {
    fc.assert(
      fc.property(fc.json({maxDepth: 3}), (text) => {
        expect(readJson(text)).toEqual({value: JSON.parse(text)})
        const inside = `${'['.repeat(490)}${text}${']'.repeat(490)}`
        expect('value' in readJson(inside)).toBe(true)
      }),
    )
    const brackets = JSON.stringify({'\\"[{': '['.repeat(2000)})
    expect(readJson(brackets)).toEqual({value: {'\\"[{': '['.repeat(2000)}})
  })

  it('tells what is deeper, also between siblings and behind strings', () => {
    const deep = `${'{"a":['.repeat(251)}${']}'.repeat(251)}`
    expect(readJson(`[[],"]]]\\"]",${deep}]`)).toEqual({why: 'is JSON of more than 500 levels'})
    expect(readJson('[1')).toEqual({why: 'is not valid JSON'})
  })
})

describe('jsonPieces', () => {
  it('are the text, strings apart from the rest', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const pieces = [...jsonPieces(text)]
        expect(pieces.join('')).toBe(text)
        for (const piece of pieces.filter((each) => each.startsWith('"')))
          expect(typeof JSON.parse(piece)).toBe('string')
        for (const piece of pieces) expect(piece.startsWith('"') || !piece.includes('"')).toBe(true)
      }),
    )
  })
})
