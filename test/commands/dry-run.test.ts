import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, it} from '@jest/globals'
import {hasTerminals, onTerminal} from '../support/terminal.js'
import {openWorld} from '../support/world.js'

const folder = mkdtempSync(join(tmpdir(), 'meli-dry-run-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

if (hasTerminals)
  it('shows on a terminal in whose name each dry run would write, and what', async () => {
    const world = await openWorld({items: 3, itemBytes: 300})
    const {user_id: seller, nickname} = await world.login()
    const item = world.emulator.world.catalogue.listed(seller).find(({variations}) => variations.length === 0)
    const id = String(item?.id)
    const shown = async (...args: string[]) => (await (await onTerminal(world, args, {columns: 80})).ended).lines
    const set = await shown('price', 'set', id, '4321.50', '--dry-run')
    expect(set.join(' ')).toBe(
      `Nothing was sent. 1 request would be, as real account ${nickname} (${seller}):  PUT /items/${id}   {"price":4321.5}`,
    )

    const file = join(folder, 'changes.csv')
    writeFileSync(file, `id,price\n${id},4321.50\n`)
    const pushed = await shown('products', 'push', file, '--dry-run')
    expect(pushed.slice(0, 3)).toEqual([`PUT /items/${id}  line 2`, '  {"price":4321.5}', ''])
    expect(pushed.slice(3).join(' ')).toContain(`for ${nickname} (${seller}): 1 would be changed`)
    expect(pushed.at(-1)).toMatch(/nothing was sent$/)
    expect(world.emulator.world.requests.list().filter(({method}) => method === 'PUT')).toEqual([])
  })
