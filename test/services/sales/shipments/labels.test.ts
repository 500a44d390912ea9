import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../../src/core/errors.js'
import type {LabelFormat} from '../../../../src/services/ports/index.js'
import {LabelFiles} from '../../../../src/services/sales/shipments/label-files.js'
import {printLabels} from '../../../../src/services/sales/shipments/labels.js'
import {wholeFiles} from '../../../../src/ui/whole-files.js'
import fc from '../../../support/properties.js'

const {signal} = new AbortController()

/** A printer that, as the service, gives all labels that are asked for or none; a label is its id and a stroke. */
class Printer {
  order = () => Promise.reject(new MeliError('MELI_NOT_FOUND', 'no order'))
  pack = () => Promise.reject(new MeliError('MELI_NOT_FOUND', 'no pack'))
  shipmentOrders = () => Promise.reject(new MeliError('MELI_NOT_FOUND', 'no shipment'))
  readonly requests: string[][] = []
  failure: MeliError | undefined

  constructor(private readonly refused: ReadonlyMap<string, string> = new Map()) {}

  async labels(ids: readonly string[], _format: LabelFormat) {
    this.requests.push([...ids])
    if (this.failure !== undefined) throw this.failure
    const bad = ids.find((id) => this.refused.has(id))
    if (bad !== undefined) throw this.refusal(this.refused.get(bad) ?? '')
    return {bytes: Buffer.from(ids.map((id) => `${id}/`).join('')), contentType: null}
  }

  private refusal(error: string): MeliError {
    if (error === 'missing') return new MeliError('MELI_NOT_FOUND', 'Missing a valid shipment id value')
    return new MeliError('MELI_API_REJECTED', 'Mercado Libre answered 400', {details: {status: 400, error}})
  }
}

const idsTo = (count: number) => Array.from({length: count}, (_, at) => String(at + 1))
const texts = (documents: readonly Uint8Array[]) => documents.map((bytes) => Buffer.from(bytes).toString())

describe('labels', () => {
  it('are asked for fifty at a time, each once, with a PDF for each fifty and one text of ZPL', async () => {
    const printer = new Printer()
    const ids = idsTo(120)
    const pdf = await printLabels(printer, [...ids, '1'], {format: 'pdf', signal})
    expect(printer.requests.map(({length}) => length)).toEqual([50, 50, 20])
    expect(pdf).toMatchObject({printed: ids, refused: []})
    expect(pdf.documents).toHaveLength(3)
    const zpl = await printLabels(printer, ids, {format: 'zpl', signal})
    expect(texts(zpl.documents)).toEqual([ids.map((id) => `${id}/`).join('')])
  })

  it('that cannot be printed are found in few requests, and the others are printed together', async () => {
    const printer = new Printer(new Map([['17', 'not_printable_status']]))
    const {documents, refused} = await printLabels(printer, idsTo(50), {format: 'pdf', signal})
    expect(documents).toHaveLength(1)
    expect(refused).toMatchObject([{shipment_id: '17', error: 'not_printable_status'}])
    expect(printer.requests.length).toBeLessThan(15)
  })

  it.each([
    ['invalid_shipment_caller', 'only its seller'],
    ['not_printable_status', 'ready_to_ship'],
    ['invalid_shipment_ff_public', 'Full'],
    ['invalid_shipment_mode', 'me2'],
    ['missing', 'no shipment of this id'],
    ['something_new', 'the message'],
  ])('refused for %s are explained', async (error, rule) => {
    const {refused, printed, documents} = await printLabels(new Printer(new Map([['1', error]])), ['1'], {
      format: 'pdf',
      signal,
    })
    expect([printed, documents]).toEqual([[], []])
    expect(refused).toMatchObject([{shipment_id: '1', rule: expect.stringContaining(rule)}])
  })

  it.each(['MELI_FORBIDDEN', 'MELI_UNREACHABLE', 'MELI_TOKEN_REJECTED'] as const)(
    'are not asked for one by one when all fail: %s',
    async (code) => {
      const printer = new Printer()
      printer.failure = new MeliError(code, 'no')
      await expect(printLabels(printer, idsTo(50), {format: 'pdf', signal})).rejects.toMatchObject({code})
      expect(printer.requests).toHaveLength(1)
    },
  )

  it('of every shipment that can be printed are there, whichever cannot', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({min: 1, max: 130}),
        fc.array(fc.integer({min: 1, max: 130}), {maxLength: 40}),
        fc.constantFrom('pdf' as const, 'zpl' as const),
        async (count, bad, format) => {
          const ids = idsTo(count)
          const refused = new Map(bad.map((id) => [String(id), 'not_printable_status']))
          const good = ids.filter((id) => !refused.has(id))
          const result = await printLabels(new Printer(refused), ids, {format, signal})
          expect(result.printed).toEqual(good)
          expect(texts(result.documents).join('')).toBe(good.map((id) => `${id}/`).join(''))
          expect(result.refused.map(({shipment_id}) => shipment_id)).toEqual(ids.filter((id) => refused.has(id)))
          expect(result.documents.length).toBeLessThanOrEqual(format === 'pdf' ? Math.ceil(count / 50) : 1)
        },
      ),
    )
  })
})

describe('files of labels', () => {
  let folder: string
  const at = (name: string) => join(folder, name)
  const ids = {local: async () => undefined, online: async () => undefined}
  const files = new LabelFiles({files: wholeFiles, ids})
  const print = (printer: Printer, ids: readonly string[], file: string, force = false) =>
    files.print({api: printer, userId: 1}, ids, {format: 'pdf', file: at(file), force, signal})

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'meli-labels-'))
  })
  afterEach(() => rmSync(folder, {recursive: true, force: true}))

  it('are named one after the other, and are for their owner alone', async () => {
    const {files, ok, error_code} = await print(new Printer(), idsTo(51), 'labels.pdf')
    expect({files, ok, error_code}).toEqual({files: [at('labels.pdf'), at('labels-2.pdf')], ok: true, error_code: null})
    expect(readFileSync(at('labels-2.pdf'), 'utf8')).toBe('51/')
    if (process.platform !== 'win32') expect(statSync(at('labels.pdf')).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toHaveLength(2)
  })

  it('are not asked for when one of them exists, unless it may be replaced', async () => {
    writeFileSync(at('labels-2'), 'mine')
    const printer = new Printer()
    await expect(print(printer, idsTo(51), 'labels')).rejects.toMatchObject({code: 'MELI_FILE_EXISTS'})
    expect(printer.requests).toEqual([])
    await print(printer, idsTo(51), 'labels', true)
    expect(readFileSync(at('labels-2'), 'utf8')).toBe('51/')
  })

  it.each([
    ['took them', null, ['-']],
    ['did not take them', new Error('the disk is full'), []],
  ])('are told to be on standard output when it %s', async (_, error, expected) => {
    const {stdout} = process
    const {write} = stdout
    stdout.write = ((_bytes: Uint8Array, done: (error: Error | null) => void) => {
      done(error)
      return true
    }) as typeof stdout.write
    try {
      const request = {format: 'zpl', file: '-', force: false, signal} as const
      const {files: written, printed} = await files.print({api: new Printer(), userId: 1}, ['1'], request)
      expect({written, printed}).toEqual({written: expected, printed: ['1']})
    } finally {
      stdout.write = write
    }
  })

  it('are all there or none', async () => {
    const written = [
      {path: at('a'), bytes: Buffer.from('1')},
      {path: at('b'), bytes: Buffer.from('2')},
    ]
    writeFileSync(at('b'), 'mine')
    await expect(wholeFiles.write(written, {force: false})).rejects.toMatchObject({code: 'MELI_FILE_EXISTS'})
    expect(readdirSync(folder)).toEqual(['b'])
    await expect(
      wholeFiles.write(
        [
          {path: at('c'), bytes: Buffer.from('1')},
          {path: at('no/d'), bytes: Buffer.from('2')},
        ],
        {force: true},
      ),
    ).rejects.toMatchObject({code: 'MELI_STORAGE_READ_ONLY'})
    expect(readdirSync(folder)).toEqual(['b'])
  })

  it('are none when nothing could be printed', async () => {
    const printer = new Printer(new Map([['1', 'invalid_shipment_mode']]))
    const result = await print(printer, ['1'], 'label.pdf')
    expect(result).toMatchObject({ok: false, files: [], printed: [], error_code: 'MELI_LABEL_REFUSED'})
    expect(existsSync(at('label.pdf'))).toBe(false)
  })
})
