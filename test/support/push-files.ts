import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Readable} from 'node:stream'
import {afterAll} from '@jest/globals'
import {openRecordFile} from '../../src/files/record-file.js'
import type {PushLine, RecordFile} from '../../src/services/ports/index.js'
import {inspectFile, readLines} from '../../src/services/writes/push/push-file.js'
import type {BadLine, DecimalMark} from '../../src/services/writes/push/push-line.js'

/** Files with these bytes, opened; all are gone when the tests of the file are over. */
export function pushFiles(): (content: string | Uint8Array, name?: string) => Promise<RecordFile> {
  const folder = mkdtempSync(join(tmpdir(), 'meli-push-test-'))
  afterAll(() => rmSync(folder, {recursive: true, force: true}))
  let count = 0
  return (content, name = 'changes.csv') => {
    count += 1
    const path = join(folder, `${count}-${name}`)
    writeFileSync(path, content)
    return openRecordFile(path, {stdin: Readable.from([])})
  }
}

/** All that a file says, good and bad. */
export async function readAll(file: RecordFile, decimal?: DecimalMark) {
  const reading = await inspectFile(file, {decimal})
  const [lines, bad]: [PushLine[], BadLine[]] = [[], []]
  for await (const each of readLines(file, reading)) {
    if ('bad' in each) bad.push(each.bad)
    else lines.push(each.line)
  }
  return {...reading, lines, bad}
}
