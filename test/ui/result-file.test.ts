import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, it} from '@jest/globals'
import {giveName, pourIntoFile} from '../../src/ui/result-file.js'
import {longLines} from './lines.js'

const folder = mkdtempSync(join(tmpdir(), 'meli-output-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

describe('pourIntoFile', () => {
  it('refuses a file that exists, unless it is to be replaced', async () => {
    const file = join(folder, 'a.csv')
    writeFileSync(file, 'mine')
    await expect(pourIntoFile(longLines(1), file, {force: false})).rejects.toMatchObject({code: 'MELI_FILE_EXISTS'})
    expect(readFileSync(file, 'utf8')).toBe('mine')
    expect(await pourIntoFile(longLines(3), file, {force: true})).toBe(3)
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(4)
  })

  it('leaves nothing behind when it is stopped, or cannot begin', async () => {
    const stop = new AbortController()
    const before = readdirSync(folder)
    async function* stopped() {
      yield* longLines(200)
      stop.abort(new Error('stop'))
      yield 'more\n'
    }
    const options = {force: false, signal: stop.signal}
    await expect(pourIntoFile(stopped(), join(folder, 'b.csv'), options)).rejects.toThrow('stop')
    const nowhere = join(folder, 'none', 'c.csv')
    await expect(pourIntoFile(longLines(1), nowhere, {force: false})).rejects.toMatchObject({
      code: 'MELI_STORAGE_READ_ONLY',
    })
    expect(readdirSync(folder)).toEqual(before)
  })
})

describe('giveName', () => {
  const noLinks = async () => {
    throw Object.assign(new Error('no hard links here'), {code: 'ENOTSUP'})
  }

  it('copies where the file system has no hard links, and still replaces nothing', async () => {
    const [draft, target] = [join(folder, 'draft'), join(folder, 'target')]
    writeFileSync(draft, 'new')
    await giveName(draft, target, {force: false, linkFile: noLinks})
    expect(readFileSync(target, 'utf8')).toBe('new')
    writeFileSync(draft, 'newer')
    await expect(giveName(draft, target, {force: false, linkFile: noLinks})).rejects.toMatchObject({code: 'EEXIST'})
    expect(readFileSync(target, 'utf8')).toBe('new')
  })
})
