import {gzipSync} from 'node:zlib'
import {describe, expect, it} from '@jest/globals'
import {adviceFor, decodeText, formatOf} from '../../src/core/text-file.js'
import fc from '../support/properties.js'

const bytes = (...values: number[]) => Buffer.from([...values, ...Buffer.alloc(40, 7)])
const latin = (text: string) => Buffer.from(text, 'latin1')
/** The header of an entry of an archive, without compression. */
const entry = (name: string, content = '') => {
  const header = Buffer.alloc(30)
  header.write('PK\u0003\u0004', 'latin1')
  header.writeUInt16LE(name.length, 26)
  return Buffer.concat([header, latin(name), latin(content)])
}

describe('a file', () => {
  it.each<[string, Uint8Array, string | undefined]>([
    [
      'xlsx',
      Buffer.concat([entry('[Content_Types].xml', '\u0093\u0001'), entry('xl/workbook.xml')]),
      'an Excel workbook',
    ],
    ['xlsx in another order', entry('xl/worksheets/sheet1.xml'), 'an Excel workbook'],
    ['xls', bytes(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1), 'an Excel workbook'],
    [
      'xls that is XML',
      latin('<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>'),
      'an Excel workbook in XML',
    ],
    ['ods', entry('mimetype', 'application/vnd.oasis.opendocument.spreadsheet'), 'an OpenDocument spreadsheet'],
    ['docx', Buffer.concat([entry('[Content_Types].xml'), entry('word/document.xml')]), 'an Office document'],
    ['zip', entry('prices.csv', 'id,price'), 'a zip archive'],
    ['empty zip', latin('PK\u0005\u0006'), 'a zip archive'],
    ['gzip', gzipSync('id,price'), 'a gzip archive'],
    ['pdf', latin('%PDF-1.7'), 'a PDF'],
    ['png', bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), 'a PNG image'],
    ['jpeg', bytes(0xff, 0xd8, 0xff, 0xe0), 'a JPEG image'],
    ['html', latin('\r\n  <!DOCTYPE html><html>'), 'an HTML page'],
    ['xls that is html', Buffer.from('\ufeff<table><tr><td>id</td></tr></table>'), 'an HTML page'],
    ['html in UTF-16', Buffer.from('\ufeff<html>', 'utf16le'), 'an HTML page'],
    ['UTF-32', bytes(0xff, 0xfe, 0, 0, 0x69, 0, 0, 0), 'text in UTF-32'],
    ['bytes', Buffer.from([1, 2, 0, 0, 3, 4, 0, 9]), 'a binary file'],
    ['CSV', latin('id,price\nMEC1,5\n'), undefined],
    ['CSV in UTF-16 with a mark', Buffer.from('\ufeffid,price\n', 'utf16le'), undefined],
    ['CSV in UTF-16 without a mark', Buffer.from('id,price\n', 'utf16le'), undefined],
    ['long CSV in UTF-16 without a mark', Buffer.from('id,price\n'.repeat(9000), 'utf16le'), undefined],
    ['long CSV in UTF-16 BE', Buffer.from('id,price\n'.repeat(9000), 'utf16le').swap16(), undefined],
    ['text that begins like an archive', latin('PK,price\n'), undefined],
    ['JSON', latin('{"a":1}'), undefined],
    ['nothing', Buffer.alloc(0), undefined],
  ])('is told by its first bytes: %s', (_, content, what) => {
    expect(formatOf(content)?.what).toBe(what)
  })

  it('comes with what to do about it', () => {
    const asked = {as: 'CSV UTF-8', use: 'push'}
    const advice = (content: Uint8Array) => adviceFor(formatOf(content) ?? {what: '', kind: 'other'}, asked)
    expect(advice(entry('xl/workbook.xml'))).toBe('save it as CSV UTF-8 and push that')
    expect(advice(gzipSync('x'))).toBe('unpack it and push the file in it')
    expect(advice(latin('<html>'))).toMatch(/download it again, and push it as CSV UTF-8$/)
    expect(advice(latin('%PDF-1.7'))).toBe('push the data as CSV UTF-8')
  })
})

describe('text', () => {
  const text = 'MELI_OPERATOR=Ñandú ¿sí? ação\r\n'

  it.each<[string, Uint8Array]>([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with its mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16 LE', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 BE', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['UTF-16 LE without a mark', Buffer.from(text, 'utf16le')],
    ['UTF-16 BE without a mark', Buffer.from(text, 'utf16le').swap16()],
    ['Windows-1252', latin(text)],
  ])('is read in %s', (_, content) => {
    expect(decodeText(content)).toBe(text)
  })

  it('comes back from UTF-8 and marked UTF-16 whatever it is', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme'}), (any) => {
        fc.pre(!any.startsWith('\ufeff') && !any.includes('\0'))
        expect(decodeText(Buffer.from(any))).toBe(any)
        expect(decodeText(Buffer.from(`\ufeff${any}`, 'utf16le'))).toBe(any)
      }),
    )
  })
})
