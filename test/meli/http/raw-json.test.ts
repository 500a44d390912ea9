import {describe, expect, it} from '@jest/globals'
import {eachElement, eachProperty, type Span, skipSpace, valueEnd} from '../../../src/meli/http/raw-json.js'
import fc from '../../support/properties.js'

const indent = fc.constantFrom(0, 1, 2, '\t')

describe('raw JSON', () => {
  it('finds the text of each element of an array', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), indent, (values, space) => {
        const texts = elementTexts(JSON.stringify(values, null, space))
        expect(texts.map((text) => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(values)))
      }),
    )
  })

  it('finds the text of each property of an object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), indent, (object, space) => {
        const text = JSON.stringify(object, null, space)
        const parsed = JSON.parse(text)
        for (const name of Object.keys(parsed)) expect(JSON.parse(propertyText(text, name)!)).toEqual(parsed[name])
        expect(propertyText(text, 'no such name\u0000')).toBeUndefined()
      }),
    )
  })

  it('keeps the digits of numbers and the bytes of documents', () => {
    const text = ' [ {"price" : 0.10 , "n": 12345678901234567890}, {"price":1e-7} ]'
    expect(elementTexts(text)).toEqual(['{"price" : 0.10 , "n": 12345678901234567890}', '{"price":1e-7}'])
    expect(elementTexts(text).map((element) => propertyText(element, 'price'))).toEqual(['0.10', '1e-7'])
  })

  it('takes the last of two properties of one name, escapes in names included, and only top-level ones', () => {
    expect(propertyText('{"a":1,"a":2}', 'a')).toBe('2')
    expect(propertyText('{"pr\\u0069ce":3.50}', 'price')).toBe('3.50')
    expect(propertyText('{"variations":[{"price":1}],"x":{"price":2}}', 'price')).toBeUndefined()
    expect(propertyText('{"x":"\\"price\\":9","\\\\":1,"price":4}', 'price')).toBe('4')
  })

  it('ends on any text, JSON or not', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        elementTexts(`[${text}`)
        propertyText(`{"${text}`, 'a')
      }),
    )
  })
})

/** The source text of each element of an array; empty when the text is not an array. */
function elementTexts(text: string): string[] {
  const found: string[] = []
  eachElement(text, skipSpace(text, 0), (at) => {
    const end = valueEnd(text, at)
    found.push(text.slice(at, end))
    return end
  })
  return found
}

/** The source text of an object's own property, the last of that name as JSON.parse has it; undefined when there is none. */
function propertyText(text: string, name: string): string | undefined {
  let found: Span | undefined
  eachProperty(text, skipSpace(text, 0), (own, at) => {
    const end = valueEnd(text, at)
    if (own === name) found = [at, end]
    return end
  })
  return found && text.slice(...found)
}
