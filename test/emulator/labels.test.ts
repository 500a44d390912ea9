import {crc32} from 'node:zlib'
import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import type {NewShipment} from '../../src/emulator/model/shipments/shipment.js'
import type {Label} from '../../src/emulator/routes/shipment-labels.js'
import {code128, pdfOf, zplOf} from '../../src/emulator/routes/shipment-labels.js'
import fc from '../support/properties.js'
import {Depot} from './depot.js'

let depot: Depot
beforeEach(async () => {
  depot = await Depot.open()
})
afterEach(() => depot.close())

const printable = Array.from({length: 95}, (_, n) => String.fromCharCode(32 + n))

const words = fc.string({unit: 'grapheme', maxLength: 30})
const anyLabel: fc.Arbitrary<Label> = fc.record({
  shipmentId: fc.integer({min: 1}).map(String),
  tracking: words,
  service: words,
  sender: words,
  receiver: fc.array(words, {maxLength: 4}),
  references: fc.array(words, {maxLength: 3}),
  contents: fc.array(words, {maxLength: 6}),
})

/** The one file of a zip archive, found as unpackers do: from its end. */
function fileIn(zip: Buffer): {name: string; content: Buffer} {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  const central = zip.readUInt32LE(end + 16)
  const [crc, size, nameLength] = [
    zip.readUInt32LE(central + 16),
    zip.readUInt32LE(central + 20),
    zip.readUInt16LE(central + 28),
  ]
  const local = zip.readUInt32LE(central + 42)
  const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
  const content = zip.subarray(from, from + size)
  expect(crc32(content)).toBe(crc)
  return {name: zip.subarray(central + 46, central + 46 + nameLength).toString(), content}
}

const ask = (ids: readonly (number | string)[], type = 'pdf') =>
  depot.read(`/shipment_labels?shipment_ids=${ids.join(',')}&response_type=${type}`)

describe('labels in PDF', () => {
  it('have a page each, with what a parcel has to say', async () => {
    const [first, second] = [depot.send(), depot.send({logisticType: 'cross_docking'})]
    const {type, bytes} = await depot.download(
      `/shipment_labels?shipment_ids=${first.id},${second.id}&response_type=pdf`,
    )
    expect(type).toBe('application/pdf')
    const text = bytes.toString('latin1')
    expect(text).toMatch(/^%PDF-1\.4\n/)
    expect(text).toMatch(/%%EOF\n$/)
    expect(text.match(/\/Type \/Page /g)).toHaveLength(2)
    for (const {id} of [first, second]) expect(text).toContain(`(Shipment ${id}) Tj`)
    expect(text).toContain('(Andrea Salazar) Tj')
    expect(text).toContain('(Order 2000000000000007) Tj')
    expect(text).toContain(`(2 x ${first.lines[0]!.itemId} `)
  })

  it('are printed, and can be printed again', async () => {
    const {id} = depot.send()
    expect((await ask([id])).status).toBe(200)
    expect(depot.shipments.get(id)).toMatchObject({status: 'ready_to_ship', substatus: 'printed'})
    const known = depot.shipments.get(id)!.history.length
    expect((await ask([id])).status).toBe(200)
    expect(depot.shipments.get(id)!.history).toHaveLength(known)
  })

  it('leave the shipment as it is when that is switched off', async () => {
    const {id} = depot.send()
    await depot.control('/settings', {printing_moves: false})
    await ask([id])
    expect(depot.shipments.get(id)?.substatus).toBe('ready_to_print')
  })

  it('hold any text, and every offset of the table is that of its object', () => {
    fc.assert(
      fc.property(fc.array(anyLabel, {minLength: 1, maxLength: 4}), (labels) => {
        const file = pdfOf(labels).toString('latin1')
        const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(file)?.[1])
        const [head, count] = /^xref\n0 (\d+)\n/.exec(file.slice(start))!
        const rows = file
          .slice(start + head.length)
          .split('\n')
          .slice(0, Number(count))
        expect(rows[0]).toBe('0000000000 65535 f ')
        for (const [n, row] of rows.slice(1).entries()) {
          const offset = Number(row.slice(0, 10))
          expect(row).toMatch(/^\d{10} 00000 n $/)
          expect(file.slice(offset)).toMatch(new RegExp(`^${n + 1} 0 obj\n`))
        }
        for (const [, length, rest] of file.matchAll(/<< \/Length (\d+) >>\nstream\n([\s\S]*?)endstream\nendobj/g))
          expect(rest).toHaveLength(Number(length) + 1)
      }),
    )
  })
})

describe('labels in ZPL', () => {
  it('are a format each, as one text where that is switched on', async () => {
    const [first, second] = [depot.send(), depot.send()]
    await depot.control('/settings', {zpl_packaging: 'plain'})
    const {status, headers, body} = await ask([first.id, second.id], 'zpl2')
    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
    expect(body.match(/\^XA/g)).toHaveLength(2)
    expect(body.match(/\^XZ/g)).toHaveLength(2)
    expect(body).toContain(`^BCN,150,Y,N,N^FD${first.id}^FS`)
    expect(body).toContain('^CI28')
  })

  it('come in a zip archive with one text', async () => {
    const {id} = depot.send()
    const {type, bytes} = await depot.download(`/shipment_labels?shipment_ids=${id}&response_type=zpl2`)
    expect(type).toBe('application/zip')
    const {name, content} = fileIn(bytes)
    expect(name).toBe('Etiqueta de envio.txt')
    expect(content.toString()).toMatch(/^\^XA[\s\S]*\^XZ\n$/)
  })

  it('hold any text without taking it for a command', () => {
    fc.assert(
      fc.property(anyLabel, (label) => {
        const text = zplOf([label])
        const commands = [...text.matchAll(/[\^~](..)/g)].map(([, name]) => name)
        expect(new Set(commands)).toEqual(
          new Set(['XA', 'CI', 'PW', 'LL', 'FO', 'A0', 'FH', 'FD', 'FS', 'BY', 'BC', 'XZ']),
        )
      }),
    )
  })
})

const refusals: readonly (readonly [why: string, code: string, change: Partial<NewShipment>])[] = [
  ['the shipment of another seller', 'invalid_shipment_caller', {sellerId: 77}],
  ['fulfillment', 'invalid_shipment_ff_public', {logisticType: 'fulfillment'}],
  ['ME1', 'invalid_shipment_mode', {mode: 'me1', logisticType: 'not_specified'}],
  ['what was agreed on', 'invalid_shipment_mode', {mode: 'custom', logisticType: 'not_specified'}],
  ['what is not paid', 'not_printable_status', {paid: false}],
]

describe('a label', () => {
  it.each(refusals)('for %s is refused', async (_why, code, change) => {
    const good = depot.send()
    const bad = depot.send(change)
    const answer = await ask([good.id, bad.id])
    expect(answer).toMatchObject({status: 400, body: {error: code, status: 400}})
    expect(answer.body.message).toContain(String(bad.id))
    expect(depot.shipments.get(good.id)?.substatus).toBe('ready_to_print')
  })

  it('is refused for a parcel that has left', async () => {
    const {id} = depot.send()
    await depot.control(`/${id}`, {status: 'shipped'})
    expect((await ask([id])).body.error).toBe('not_printable_status')
  })

  it.each([
    ['nothing', ''],
    ['words', 'abc'],
    ['an unknown shipment', '44'],
    ['half a list', '44,'],
  ])('for %s is not found', async (_what, ids) => {
    expect(await ask([ids])).toMatchObject({status: 404, body: {message: 'Missing a valid shipment id value'}})
  })

  it('is one of fifty at most', async () => {
    const ids = Array.from({length: 51}, () => depot.send().id)
    expect(await ask(ids)).toMatchObject({status: 400, body: {error: 'shipment_ids'}})
    expect((await ask(ids.slice(1))).status).toBe(200)
    expect(await ask(ids.fill(ids[0]!))).toMatchObject({status: 400, body: {error: 'shipment_ids'}})
  })

  it('comes in two formats alone', async () => {
    expect((await ask([depot.send().id], 'docx')).status).toBe(400)
  })
})

describe('the bars', () => {
  it('are those of the standard', () => {
    const [startB, one, check, stop] = ['211214', '123221', '223211', '2331112']
    expect(code128('1').join('')).toBe(`${startB}${one}${check}${stop}`)
    expect(new Set(printable.map((character) => code128(character).slice(6, 12).join(''))).size).toBe(95)
  })

  it('are wide as the standard has it, whatever they say', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme-ascii', minLength: 1}), (text) => {
        const widths = code128(text)
        expect(widths.reduce((sum, one) => sum + one, 0)).toBe(11 * (text.length + 2) + 13)
        const black = widths.slice(0, -7).reduce((sum, one, n) => sum + (n % 2 === 0 ? one : 0), 0)
        expect(black % 2).toBe(0)
      }),
    )
    expect(() => code128('ñ')).toThrow(RangeError)
  })
})
