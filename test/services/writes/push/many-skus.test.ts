import {describe, expect, it} from '@jest/globals'
import type {Item} from '../../../../src/emulator/model/items/item.js'
import {pushFiles} from '../../../support/push-files.js'
import {Stall} from '../../../support/stall.js'

const file = pushFiles()
const several = 40

/** A stall whose listings each have a SKU, and a file with all of them. */
async function openStall(fields: (at: number) => Record<string, unknown> = () => ({})) {
  const stall = await Stall.open()
  const items = Array.from({length: several}, (_, at) => stall.list({attributes: skuOf(at), ...fields(at)}))
  return {stall, items, lines: items.map((_, at) => `SKU-${at},9`)}
}

const skuOf = (at: number) => [{id: 'SELLER_SKU', value_name: `SKU-${at}`}]

/** Reads of the service, by what they ask for. */
function reads(stall: Stall) {
  const paths = stall.world.requests.list().flatMap(({method, path}) => (method === 'GET' ? [path] : []))
  return {
    lists: paths.filter((path) => path.endsWith('/items/search')).length,
    items: paths.filter((path) => path.startsWith('/items')).length,
  }
}

async function push(stall: Stall, lines: readonly string[], options: {dryRun?: boolean} = {}) {
  const table = await file(['sku,stock', ...lines].join('\n'))
  const rest = {sandbox: true, skipBad: false, restart: false, signal: new AbortController().signal}
  if (options.dryRun !== true) return (await stall.kit.app.writes.productPush()).run(table, rest)
  return (await stall.kit.app.writes.pushDryRun()).run(table, rest)
}

const stockOf = (stall: Stall, {id}: Item) => stall.now(id).available_quantity

describe('a push of many SKUs', () => {
  it('reads all listings where that costs less than to search for each, and counts those requests', async () => {
    const {stall, items, lines} = await openStall()
    const result = await push(stall, lines)
    expect(result).toMatchObject({ok: true, changed: several})
    // A listing, two reads of twenty to find them, two to compare, two before they are sent, two to bring the copy in step.
    expect(reads(stall)).toEqual({lists: 1, items: 8})
    expect(items.map((item) => stockOf(stall, item))).toEqual(items.map(() => 9))
    // The same, whose account it is, and the changes; without those for the copy.
    expect(result).toMatchObject({requests: 1 + 6 + 1 + several})
  })

  it('does so in a dry run too', async () => {
    const {stall, lines} = await openStall()
    expect(await push(stall, lines, {dryRun: true})).toMatchObject({changes: several})
    expect(reads(stall).lists).toBe(1)
  })

  it('searches for each where the account has more listings than that is worth', async () => {
    const {stall, lines} = await openStall()
    for (let at = 0; at < 400; at++) stall.list()
    expect(await push(stall, lines.slice(0, 20), {dryRun: true})).toMatchObject({changes: 20})
    expect(reads(stall).lists).toBe(1 + 20)
  })

  it('searches for each of a few, without asking how many listings there are', async () => {
    const {stall, lines} = await openStall()
    await push(stall, lines.slice(0, 5), {dryRun: true})
    expect(reads(stall).lists).toBe(5)
  })

  it('leaves to the search those that no listing has, or several', async () => {
    const {stall, items, lines} = await openStall((at) => (at === 1 ? {attributes: skuOf(0)} : {}))
    const result = await push(stall, lines)
    expect(result).toMatchObject({
      refused: true,
      bad_lines: [
        {line: 2, message: `2 listings have the SKU SKU-0: ${items[0]?.id}, ${items[1]?.id}; name one by its id`},
        {line: 3, message: 'no listing has the SKU SKU-1'},
      ],
    })
    // Once by the attribute; where that finds nothing, by the field as well.
    expect(reads(stall).lists).toBe(1 + 1 + 2)
  })

  it('takes the open one of a closed listing and an open one', async () => {
    const {stall, items, lines} = await openStall((at) => (at === 1 ? {attributes: skuOf(0), status: 'closed'} : {}))
    expect(await push(stall, [lines[0] ?? '', ...lines.slice(2)])).toMatchObject({ok: true, changed: several - 1})
    expect(items.slice(0, 2).map((item) => stockOf(stall, item))).toEqual([9, 5])
  })

  it('searches for all when one listing could not be read: it may have any of the SKUs', async () => {
    const {stall, items, lines} = await openStall()
    const [first] = items
    stall.world.catalogue.outcomes.add({id: first?.id ?? '', route: 'bulk', status: 500, times: 9, missing: []})
    await push(stall, lines.slice(1), {dryRun: true})
    expect(reads(stall).lists).toBe(1 + several - 1)
  })

  it('finds a variation by its SKU', async () => {
    const variations = [{available_quantity: 2}, {available_quantity: 3}]
    const {stall, items, lines} = await openStall((at) => (at === 0 ? {variations, attributes: []} : {}))
    const [varied] = items
    const [, second] = varied?.variations ?? []
    if (varied === undefined || second === undefined) throw new Error('it has no variations')
    const attributes = [{id: 'SELLER_SKU', value_name: 'SKU-0'}]
    stall.world.catalogue.update(varied, {variations: [{id: second.id, attributes}]})
    expect(await push(stall, lines)).toMatchObject({ok: true, changed: several})
    expect(stall.now(varied.id)).toMatchObject({variations: [{available_quantity: 2}, {available_quantity: 9}]})
  })
})
