import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {PassThrough} from 'node:stream'
import {afterAll, describe, expect, it} from '@jest/globals'
import {pour, pourIntoFile} from '../../src/ui/output.js'

const folder = mkdtempSync(join(tmpdir(), 'meli-output-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

/** Endless unless somebody stops asking. */
async function* lines(count = Number.POSITIVE_INFINITY) {
  for (let at = 0; at < count; at++) yield `${at} ${'x'.repeat(1000)}\n`
}

describe('pour', () => {
  it('goes no faster than who reads, and ends when nobody does', async () => {
    const stream = new PassThrough()
    const done = pour(lines(), stream)
    stream.once('data', () => stream.destroy())
    expect(await done).toBeLessThan(1000)
  })

  it('writes each line as it comes where lines take their time, and asks for no more than somebody reads', async () => {
    const stream = new PassThrough()
    stream.once('data', () => stream.destroy())
    expect(await pour(lines(), stream, undefined, 0)).toBeLessThan(20)
  })

  it('hands everything over', async () => {
    const stream = new PassThrough().resume()
    expect(await pour(lines(500), stream)).toBe(500)
  })
})

describe('pourIntoFile', () => {
  it('refuses a file that exists, unless it is to be replaced', async () => {
    const file = join(folder, 'a.csv')
    writeFileSync(file, 'mine')
    await expect(pourIntoFile(lines(1), file, {force: false})).rejects.toMatchObject({code: 'MELI_FILE_EXISTS'})
    expect(readFileSync(file, 'utf8')).toBe('mine')
    expect(await pourIntoFile(lines(3), file, {force: true})).toBe(3)
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(4)
  })

  it('leaves nothing behind when it is stopped, or cannot begin', async () => {
    const stop = new AbortController()
    const before = readdirSync(folder)
    async function* stopped() {
      yield* lines(200)
      stop.abort(new Error('stop'))
      yield 'more\n'
    }
    const options = {force: false, signal: stop.signal}
    await expect(pourIntoFile(stopped(), join(folder, 'b.csv'), options)).rejects.toThrow('stop')
    const nowhere = join(folder, 'none', 'c.csv')
    await expect(pourIntoFile(lines(1), nowhere, {force: false})).rejects.toMatchObject({
      code: 'MELI_STORAGE_READ_ONLY',
    })
    expect(readdirSync(folder)).toEqual(before)
  })
})
