import {beforeEach, describe, expect, it} from '@jest/globals'
import type {Fields} from '../../../../src/emulator/model/json.js'
import {pushFiles} from '../../../support/push-files.js'
import {Stall} from '../../../support/stall.js'

const file = pushFiles()
const shared = {user_product_id: 'MECU77'}
let stall: Stall

beforeEach(async () => {
  stall = await Stall.open()
})

const options = (skipBad: boolean) => ({sandbox: true, skipBad, signal: new AbortController().signal})

async function planned(table: string, skipBad = false) {
  const dryRun = await stall.kit.app.writes.pushDryRun()
  return dryRun.run(await file(table), options(skipBad))
}

async function push(table: string, skipBad = false) {
  const real = await stall.kit.app.writes.productPush()
  return real.run(await file(table), {...options(skipBad), restart: false})
}

/** The figures of both, which are the same. */
async function both(table: string, skipBad = false) {
  const {changes, unchanged, failed, requests, failures} = await planned(table, skipBad)
  const real = await push(table, skipBad)
  expect({changed: changes, unchanged, failed, failures}).toEqual({
    ...{changed: real.changed, unchanged: real.unchanged, failed: real.failed, failures: real.failures},
  })
  return {changes, unchanged, failed, lines: requests.map(({lines}) => lines)}
}

const list = (...all: Fields[]) => all.map((fields) => stall.list(fields).id)

describe('a dry run of a stock that listings share', () => {
  it('has all its lines at the request that sets it, wherever they stand', async () => {
    const [one, two, other, three] = list(shared, shared, {}, shared)
    const table = `id,stock\n${one},7\n${two},7\n${other},8\n${three},7\n`
    expect(await both(table)).toEqual({changes: 4, unchanged: 0, failed: 0, lines: [[4], [2, 3, 5]]})
  })

  it('counts a line as changed whose price is right already', async () => {
    const [one, two] = list(shared, shared)
    const table = `id,stock,price\n${one},7,\n${two},7,19.9\n`
    expect(await both(table)).toEqual({changes: 2, unchanged: 0, failed: 0, lines: [[2, 3]]})
  })

  it('has a line at two requests where its price goes by itself', async () => {
    const [one, two] = list(shared, shared)
    const table = `id,stock,price\n${one},7,\n${two},7,25\n`
    expect(await both(table)).toEqual({changes: 2, unchanged: 0, failed: 0, lines: [[3], [2, 3]]})
  })

  it('has them at the request for several variations too', async () => {
    const varied = stall.list({
      variations: [{available_quantity: 2, ...shared}, {available_quantity: 3}],
    })
    const [first, second] = varied.variations
    const [plain] = list({...shared, available_quantity: 2})
    const table = `id,variante,stock\n${varied.id},${first?.id},7\n${varied.id},${second?.id},8\n${plain},,7\n`
    expect(await both(table)).toEqual({changes: 3, unchanged: 0, failed: 0, lines: [[2, 3, 4]]})
  })
})

describe('a dry run', () => {
  it('counts bad lines that are left out as the push does', async () => {
    const [one, two] = list({seller_custom_field: 'A'}, {})
    const table = `id,sku,stock\n${one},,7\nx,,7\n,nobody,8\n${two},,many\n`
    expect(await both(table, true)).toEqual({changes: 1, unchanged: 0, failed: 3, lines: [[2]]})
    expect(await planned(table)).toMatchObject({refused: true, failed: 0})
  })

  it('counts the listings that it would close', async () => {
    const [one, two] = list({}, {status: 'closed'})
    const result = await planned(`id,status\n${one},closed\n${two},closed\n`)
    expect(result).toMatchObject({changes: 1, closings: 1})
  })
})
