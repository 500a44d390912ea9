import {describe, expect, it} from '@jest/globals'
import {JoinedList, JsonWriter, SharedList} from '../../src/emulator/model/items/json-writer.js'
import fc from '../support/properties.js'

const attribute = fc.record({id: fc.string(), value_name: fc.option(fc.string({unit: 'grapheme'}))})
const list = fc.array(attribute, {maxLength: 3})
const part = fc.oneof(
  list,
  list.map((items) => new SharedList(items)),
)
const joined = fc.array(part, {maxLength: 4}).map((parts) => new JoinedList(parts))
const field = fc.oneof(joined, fc.jsonValue(), fc.constant(undefined))

describe('an answer put together of pieces', () => {
  it('is what JSON.stringify makes of the same object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), field), (body) => {
        expect(new JsonWriter().addObject(body).toBuffer().toString()).toBe(JSON.stringify(body))
      }),
    )
  })

  it('stays the same when a shared list is written again', () => {
    const shared = new SharedList([{name: 'Año'}])
    const body = {attributes: new JoinedList([[], shared, [{name: '💡'}], shared])}
    const write = () => new JsonWriter().addObject(body).toBuffer().toString()
    expect(write()).toBe('{"attributes":[{"name":"Año"},{"name":"💡"},{"name":"Año"}]}')
    expect(write()).toBe(JSON.stringify(body))
  })
})
