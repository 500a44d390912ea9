import {readFileSync} from 'node:fs'
import {expect} from '@jest/globals'

/** A PDF with the label of that shipment: one page, and a table of objects in which each offset is right. */
export function expectLabel(file: string, shipment: string): void {
  const text = readFileSync(file, 'latin1')
  expect(text).toMatch(/^%PDF-1\.\d\n[\s\S]*%%EOF\n$/)
  expect(text.match(/\/Type \/Page /g)).toHaveLength(1)
  expect(text).toContain(`(Shipment ${shipment}) Tj`)
  const table = text.slice(Number(/startxref\n(\d+)\n/.exec(text)?.[1]))
  const offsets = [...table.matchAll(/^(\d{10}) 00000 n/gm)].map(([, offset]) => Number(offset))
  expect(offsets.map((offset) => Number.parseInt(text.slice(offset), 10))).toEqual(offsets.map((_, at) => at + 1))
}
