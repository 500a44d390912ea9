import {describe, expect, it} from '@jest/globals'
import {parseEnvText} from '../../src/config/env-text.js'
import {MeliError} from '../../src/core/errors.js'
import {readExact} from '../../src/meli/http/raw-json.js'
import {canonicalAmount} from '../../src/records/amount.js'
import {readItemName} from '../../src/records/item-name.js'
import {withoutFinalSlash} from '../../src/server/notifications-path.js'
import {parseCallback} from '../../src/services/accounts/login/callback.js'
import {fieldOf as columnOf} from '../../src/services/writes/push/columns.js'
import {amountAs} from '../../src/services/writes/push/push-line.js'
import {fieldOf} from '../../src/services/writes/raw/request.js'
import {explainRefusal} from '../../src/services/writes/selling/refusals.js'
import {describeError} from '../../src/ui/errors.js'
import {indentJson} from '../../src/ui/json-text.js'
import {cut, width} from '../../src/ui/table.js'

/** What takes the square of this many steps takes minutes, and so longer than a test may. */
const many = 400_000
const long = (text: string) => text.repeat(many / text.length)

/** Each of these began a search anew at every sign of a run. */
describe('text from outside takes time by its length', () => {
  it.each<[string, () => unknown, unknown]>([
    ['zeros in a fraction', () => canonicalAmount(`0.${long('0')}1`), `0.${long('0')}1`],
    ['zeros in a cell', () => amountAs('point', `1.${long('0')}1`), `1.${long('0')}1`],
    ['spaces in a cell', () => amountAs('point', `1${long(' ')}x`), undefined],
    ['a column of brackets', () => columnOf(long('(')), undefined],
    ['a column of dots', () => columnOf(`a${long('.')}`), undefined],
    ['an item name of dots', () => readItemName(`${long('a.')}x`).kind, 'sku'],
    ['a pasted address', () => parseCallback(`${long("'?#")}code=TG-1`).code, undefined],
    [
      'slashes behind the path of notifications',
      () => withoutFinalSlash(`/notifications/${long('/')}x`).length,
      many + 16,
    ],
    ['line separators in a settings file', () => parseEnvText(`${long('\u2028')}\nA=1`).values, {A: '1'}],
    ['comments in a settings file', () => parseEnvText(`A=1${long(' #')}\u2028`).values, {A: '1'}],
    ['colons in a field name', () => fieldOf(`a${long(':')}b=1`, {typed: false}).json, '"1"'],
    ['line breaks in an argument', () => usageOf(`a${long('\n')}b`), 'a b'],
    [
      'flags in the value of a flag',
      () => usageOf(`\n  --a=${long('--b=')} cannot also be provided when using --c`),
      '--a cannot be used with --c',
    ],
    ['letters without a width', () => width(`${long('\u200b')}ñ日`), 3],
    ['letters that are cut off', () => cut(`${long('\u200b')}${long('日')}`, 10).at(-1), '…'],
    ['digits in an answer', () => readExact(`[${long('1')}]`), [long('1')]],
    ['words in a refusal', () => refusalOf(long('price.')), 'MELI_API_REJECTED'],
  ])('%s', (_, read, expected) => {
    expect(attempt(read)).toEqual(expected)
  })
})

describe('text of tens of megabytes', () => {
  it('is laid out on a screen', () => {
    const text = JSON.stringify('\\"a'.repeat(5_000_000))
    expect(indentJson(`[${text}]`) === `[\n  ${text}\n]`).toBe(true)
  })

  it('is read with its numbers as they were written', () => {
    const text = JSON.stringify('\\"a'.repeat(5_000_000))
    expect(readExact(`{"a":${text},"b":1.10}`)).toMatchObject({b: '1.10'})
  })
})

function usageOf(message: string): string {
  return describeError(Object.assign(new Error(message), {oclif: {exit: 2}})).message
}

function refusalOf(code: string): string {
  const refused = new MeliError('MELI_API_REJECTED', 'no', {details: {status: 400, causes: [{code, message: ''}]}})
  const state = {status: 'active', tags: [], variations: []} as unknown as Parameters<typeof explainRefusal>[1]
  const error = explainRefusal(refused, state, {} as Parameters<typeof explainRefusal>[2])
  return error instanceof MeliError ? error.code : 'none'
}

function attempt(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    return undefined
  }
}
