import {afterAll, beforeAll, expect, it} from '@jest/globals'
import {blocksOf, readDoc} from './markdown.js'
import {type Desk, normalised, openDesk, type Typed, typeAll} from './shell.js'

const shell = blocksOf(readDoc('docs/play-a-sale.md')).filter(({mark}) => mark !== 'no-test')

let desk: Desk
let typed: Typed[]
beforeAll(async () => {
  desk = await openDesk()
  typed = await typeAll(shell, [], desk)
}, 180_000)
afterAll(() => desk.close())

it('has commands that all leave with 0', () => {
  expect(typed.length).toBeGreaterThan(10)
  const failed = typed.filter(({status}) => status !== 0)
  expect(failed.map(({command, status, printed}) => ({command, status, printed}))).toEqual([])
})

it('shows what they print', () => {
  const shown = typed.filter((each) => each.shown !== undefined)
  const text = (key: 'shown' | 'printed') => shown.map((each) => `$ ${each.command}\n${normalised(each[key] ?? '')}`)
  expect(text('printed')).toEqual(text('shown'))
})
