import {chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from '@jest/globals'
import {looseModes, publish, syncFile, syncFolder} from '../../src/store/modes.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()

function drafted(): {draft: string; path: string} {
  const home = newHome()
  mkdirSync(home)
  const draft = join(home, 'draft')
  writeFileSync(draft, 'whole')
  chmodSync(draft, 0o600)
  return {draft, path: join(home, 'named')}
}

function refusingToLink(code: string) {
  return () => {
    throw Object.assign(new Error(code), {code})
  }
}

describe('giving a file its name', () => {
  it.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EISDIR'])(
    'copies it where the disk has no hard links (%s)',
    (code) => {
      const {draft, path} = drafted()
      publish(draft, path, refusingToLink(code))
      expect(readFileSync(path, 'utf8')).toBe('whole')
      expect(statSync(path).mode & 0o777).toBe(0o600)
    },
  )

  it('replaces nothing, whichever way it is done', () => {
    const {draft, path} = drafted()
    writeFileSync(path, 'mine')
    expect(() => publish(draft, path)).toThrow('EEXIST')
    expect(() => publish(draft, path, refusingToLink('EPERM'))).toThrow('EEXIST')
    expect(readFileSync(path, 'utf8')).toBe('mine')
  })

  it('copies nothing where linking failed for another reason', () => {
    const {draft, path} = drafted()
    expect(() => publish(draft, path, refusingToLink('ENOSPC'))).toThrow('ENOSPC')
    expect(existsSync(path)).toBe(false)
  })
})

it('takes a home with the compiled code of Node in it for ours alone', () => {
  const home = newHome()
  mkdirSync(home)
  chmodSync(home, 0o755)
  mkdirSync(join(home, 'cache'))
  const found = looseModes({home, database: join(home, 'meli.db'), keyFile: undefined})
  expect(found).toEqual([`${home} is open to other users (mode 755); run: chmod 700 ${home}`])
  writeFileSync(join(home, 'letter.txt'), '')
  expect(looseModes({home, database: join(home, 'meli.db'), keyFile: undefined})).toEqual([])
})

describe('writing through to the disk', () => {
  it('opens a file for writing, as Windows wants it', () => {
    const {draft} = drafted()
    syncFile(draft)
    expect(() => syncFile(newHome())).toThrow('ENOENT')
    // Only an attempt to write finds fault with a folder.
    expect(() => syncFile(join(draft, '..'))).toThrow('EISDIR')
  })

  it('leaves folders alone on Windows, which opens none', () => {
    const missing = newHome()
    syncFolder(missing, 'win32')
    expect(() => syncFolder(missing, 'linux')).toThrow('ENOENT')
  })
})
