import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll} from '@jest/globals'

/** Gives paths for home folders that do not exist yet; all are deleted when the tests of the file are over. */
export function tempHomes(): () => string {
  const root = mkdtempSync(join(tmpdir(), 'meli-store-'))
  afterAll(() => rmSync(root, {recursive: true, force: true}))
  let count = 0
  return () => {
    count += 1
    return join(root, `home-${count}`)
  }
}
