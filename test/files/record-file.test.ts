import {appendFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Readable} from 'node:stream'
import {gzipSync} from 'node:zlib'
import {describe, expect, it} from '@jest/globals'
import {openRecordFile} from '../../src/files/record-file.js'
import type {FileRecord, RecordFile} from '../../src/services/ports/index.js'
import fc from '../support/properties.js'
import {pushFiles} from '../support/push-files.js'
import {tempHomes} from '../support/temp-home.js'

const open = pushFiles()
const newHome = tempHomes()

async function all(file: RecordFile): Promise<FileRecord[]> {
  const records: FileRecord[] = []
  for await (const record of file.records()) records.push(record)
  return records
}

/** Lines and cells only. */
async function cells(content: string | Uint8Array, name?: string) {
  const records = await all(await open(content, name))
  return records.map((record) => ('fault' in record ? [record.line, record.fault] : [record.line, ...record.cells]))
}

const separators = [',', ';', '\t'] as const
/** What a cell can hold; a carriage return comes back as a line feed. */
const text = fc.string({unit: fc.constantFrom(...'ab9ñç€🦩,;\t"\n \'=.'), maxLength: 8})
/** A line without any text is no record. */
const row = fc.array(text, {minLength: 3, maxLength: 3}).filter((each) => each.some((cell) => cell.trim() !== ''))

describe('a table', () => {
  it.each([
    ['id,stock\nMEC1,5\n', ','],
    ['\ufeffid;"a,b,c"\r\nMEC1;5', ';'],
    ['sep=\t\r\nid,x;y\tstock\r\n', '\t'],
    ['{"id":"MEC1"}', null],
  ])('says what stands between its cells, of %j', async (content, separator) => {
    expect((await open(content)).separator).toBe(separator)
  })

  it('comes back as any spreadsheet wrote it', async () => {
    const spreadsheet = fc.record({
      rows: fc.array(row, {maxLength: 12}),
      separator: fc.constantFrom(...separators),
      end: fc.constantFrom('\n', '\r\n', '\r'),
      mark: fc.constantFrom('', '\ufeff'),
      quotesAll: fc.boolean(),
      endsLine: fc.boolean(),
      utf16: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(spreadsheet, async ({rows, separator, end, mark, quotesAll, endsLine, utf16}) => {
        const write = (cell: string) => {
          const inner = cell.replaceAll('\n', end)
          return quotesAll || /[",;\t\r\n]/.test(inner) ? `"${inner.replaceAll('"', '""')}"` : inner
        }
        const table = [['uno', 'dos', 'tres'], ...rows].map((each) => each.map(write).join(separator)).join(end)
        const whole = `${utf16 ? '\ufeff' : mark}${table}${endsLine ? end : ''}`
        const file = await open(utf16 ? Buffer.from(whole, 'utf16le') : whole)
        let line = 2
        const expected = rows.map((each) => {
          const begins = line
          line += 1 + each.join('').split('\n').length - 1
          return {line: begins, names: ['uno', 'dos', 'tres'], cells: each}
        })
        expect(await all(file)).toEqual(expected)
      }),
      {numRuns: 300},
    )
  })

  it.each([
    ['semicolons', 'sku;precio;nota\nA;1,5;x, y, z, w\n', ['A', '1,5', 'x, y, z, w']],
    ['tabs', 'sku\tprice\nA\t1.5\n', ['A', '1.5']],
    ['commas', 'sku,"a;b;c;d",price\nA,x,1.5\n', ['A', 'x', '1.5']],
    ['what its first line tells', 'sep=;\nsku,x,y,z;price\nA;1\n', ['A', '1']],
    ['nothing, with one column', 'sku\nA\n', ['A']],
  ])('is parted by %s', async (_, content, expected) => {
    expect((await cells(content)).map(([, ...rest]) => rest)).toEqual([expected])
  })

  it('counts lines as an editor does, with breaks in cells and blank lines between', async () => {
    const content = '\r\nid,title\r\n\r\nA,"one\r\ntwo"\r\n,\r\nB,x\r\n'
    expect(await cells(content)).toEqual([
      [4, 'A', 'one\ntwo'],
      [7, 'B', 'x'],
    ])
    expect(await cells('sep=,\nid,title\nA,b\n')).toEqual([[3, 'A', 'b']])
  })

  it('has the first line for its header where it has one column, however long it is', async () => {
    for (const many of [9, 10, 11, 12, 40]) {
      const skus = Array.from({length: many}, (_, at) => `SKU-${at}`)
      const records = await all(await open(['sku', ...skus, ''].join('\n')))
      expect(records).toEqual(skus.map((sku, at) => ({line: at + 2, names: ['sku'], cells: [sku]})))
    }
  })

  it('is read in the code page of old spreadsheets where it is not UTF-8', async () => {
    expect(await cells(Buffer.from('sku;precio\nCA\u00d1A;1\n', 'latin1'))).toEqual([[2, 'CAÑA', '1']])
  })

  it('is read in UTF-16 without its mark', async () => {
    expect(await cells(Buffer.from('sku;precio\nCAÑA;1\n', 'utf16le'))).toEqual([[2, 'CAÑA', '1']])
    const long = Buffer.from(`sku;precio\n${'CAÑA;1\n'.repeat(5000)}`, 'utf16le')
    expect(await cells(long)).toHaveLength(5000)
    expect(await cells(long.swap16())).toHaveLength(5000)
  })

  it.each<[string, Uint8Array, string, RegExp]>([
    [
      'prices.csv',
      Buffer.from('PK\u0003\u0004....[Content_Types].xml xl/', 'latin1'),
      'an Excel workbook',
      /CSV UTF-8 and push/,
    ],
    ['prices.xls', Buffer.from('<table><tr><td>id</td></tr></table>'), 'an HTML page', /CSV UTF-8/],
    ['prices.jsonl', gzipSync('{"id":"MEC1"}'), 'a gzip archive', /unpack it/],
    ['prices.csv', Buffer.from('%PDF-1.7'), 'a PDF', /CSV UTF-8/],
  ])('is not taken for one where its bytes are those of another format: %s', async (name, bytes, what, advice) => {
    await expect(open(bytes, name)).rejects.toMatchObject({
      ...{code: 'MELI_FILE_UNREADABLE', message: expect.stringMatching(new RegExp(`${name} is ${what}$`))},
      suggestions: [expect.stringMatching(advice)],
    })
  })

  it('takes empty cells behind the last column for none, and other ones for a fault of that line alone', async () => {
    expect(await cells('id,price,,\nA,1,,\nB,1,5,\nC\nD,2,\n')).toEqual([
      [2, 'A', '1'],
      [3, expect.stringContaining('3 cells, and 2 columns')],
      [4, expect.stringContaining('1 cells, and 2 columns')],
      [5, 'D', '2'],
    ])
  })

  it.each([
    [
      'a quote inside a bare cell',
      'id,title\nA,x\nB,5" pipe\nC,x\n',
      'has a quote inside a cell that is not quoted in line 3',
    ],
    ['text behind a closing quote', 'id,title\nA,"x"y\nC,x\n', 'has text behind a closing quote in line 2'],
    [
      'a quote that is never closed',
      'id,title\nA,x\n\nB,"x\nC,x\n',
      'has a quote at line 4, column 3 that is never closed',
    ],
    [
      'one behind a cell of several lines',
      'id,title\n"A\n""1""","x\nC,x',
      'has a quote at line 3, column 8 that is never closed',
    ],
    ['one in the header', 'id,"title\nA,x\n', 'has a quote at line 1, column 4 that is never closed'],
    [
      'one behind the separator that is told',
      'sep=;\nid;title\n"A;x\n',
      'has a quote at line 3, column 1 that is never closed',
    ],
  ])('is refused at %s, since nobody can tell which line is which from there', async (_, content, message) => {
    // At any length: of a long file the beginning alone has been read by then.
    for (const rest of ['', 'D,x\n'.repeat(100_000), 'x'.repeat(1_500_000)]) {
      const reading = all(await open(content + rest))
      await expect(reading).rejects.toMatchObject({
        code: 'MELI_FILE_UNREADABLE',
        exitCode: 2,
        message: expect.stringMatching(new RegExp(`csv ${message}$`)),
      })
    }
  })

  it('is refused with a line that is longer than a megabyte', async () => {
    const message = expect.stringContaining('has a line longer than a megabyte: line 3')
    for (const [name, content] of [
      ['a.csv', `id,title\nA,x\nB,${'x'.repeat(1_500_000)}\n`],
      ['a.jsonl', `{}\n{}\n{"a":"${'x'.repeat(1_500_000)}"}\n`],
    ])
      await expect(all(await open(content ?? '', name))).rejects.toMatchObject({code: 'MELI_FILE_UNREADABLE', message})
  })

  it.each([
    ['commas', ','.repeat(900_000)],
    ['names', 'stock,'.repeat(150_000)],
    ['one name', 'x'.repeat(900_000)],
    ['one name in quotes', `"${'""'.repeat(450_000)}",`],
  ])('takes time by the length of its header, of %s', async (_, header) => {
    expect(await all(await open(`id,${header}y\n`))).toEqual([])
    expect(await all(await open(`id,${header}`))).toEqual([])
  })

  it('is refused where it is changed under way', async () => {
    const path = join(newHome(), '..', 'changing.csv')
    writeFileSync(path, 'id,price\n')
    const file = await openRecordFile(path, {stdin: Readable.from([])})
    appendFileSync(path, 'A,1\n')
    await expect(all(file)).rejects.toMatchObject({code: 'MELI_FILE_UNREADABLE'})
  })
})

describe('lines of JSON', () => {
  it('come back whatever is in them', async () => {
    const cell = fc.oneof(fc.string(), fc.integer(), fc.constant(null))
    const objects = fc.array(fc.dictionary(fc.stringMatching(/^[a-z]+$/), cell, {noNullPrototype: true}), {
      minLength: 1,
    })
    await fc.assert(
      fc.asyncProperty(objects, fc.constantFrom('\n', '\r\n'), async (written, end) => {
        const file = await open(written.map((each) => JSON.stringify(each)).join(end), 'changes.jsonl')
        const read = (await all(file)).map((each) => 'names' in each && [each.names, each.cells])
        expect(read).toEqual(written.map((each) => [Object.keys(each), Object.values(each)]))
      }),
    )
  })

  it('are known by their first sign where the name says nothing', async () => {
    expect(await cells('\n{"id":"A"}\n\nnonsense\n[1]\n{"id":true}\n', 'changes')).toEqual([
      [2, 'A'],
      [4, 'this is not valid JSON'],
      [5, 'this is not a JSON object'],
      [6, 'true'],
    ])
  })

  it('are not a list of JSON', async () => {
    await expect(open('[{"id":"A"}]', 'changes.json')).rejects.toMatchObject({code: 'MELI_FILE_UNREADABLE'})
  })
})

describe('standard input', () => {
  it('can be read again and again, as a file', async () => {
    const stdin = Readable.from([Buffer.from('id,price\n'), Buffer.from('A,1\n')])
    const file = await openRecordFile('-', {stdin: stdin as unknown as NodeJS.ReadableStream})
    const once = await all(file)
    expect(once).toEqual([{line: 2, names: ['id', 'price'], cells: ['A', '1']}])
    expect(await all(file)).toEqual(once)
    await file.close()
    await expect(all(file)).rejects.toMatchObject({code: 'MELI_FILE_UNREADABLE'})
  })

  it('is not waited for at a terminal', async () => {
    const stdin = Object.assign(Readable.from([]), {isTTY: true})
    await expect(openRecordFile('-', {stdin})).rejects.toMatchObject({code: 'MELI_INPUT_UNREADABLE'})
  })
})

it('says of a file that is not there what is the matter', async () => {
  const gone = openRecordFile('/nowhere/at/all.csv', {stdin: Readable.from([])})
  await expect(gone).rejects.toMatchObject({
    code: 'MELI_FILE_UNREADABLE',
    message: 'there is no file /nowhere/at/all.csv',
  })
  const folder = openRecordFile('/', {stdin: Readable.from([])})
  await expect(folder).rejects.toMatchObject({code: 'MELI_FILE_UNREADABLE', message: '/ is a folder'})
})
