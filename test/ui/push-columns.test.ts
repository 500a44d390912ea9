import {describe, expect, it} from '@jest/globals'
import type {PushRowView} from '../../src/services/writes/push/push-result.js'
import {csvLines} from '../../src/ui/csv.js'
import {pushTable} from '../../src/ui/push-columns.js'

const row: PushRowView = {
  ...{line: 2, item_id: 'MEC1', seller_sku: '1.5', variation_id: null, price: '1234.5', quantity: 7, status: null},
  ...{result: 'done', price_before: '19.9', quantity_before: 6, status_before: null, code: null, message: null},
  finished_at: null,
}

async function written(...as: Parameters<typeof pushTable>): Promise<string | undefined> {
  const {columns, separator} = pushTable(...as)
  async function* rows() {
    yield row
  }
  const lines: string[] = []
  for await (const line of csvLines(rows(), columns, separator)) lines.push(line)
  return lines[1]
}

describe('the result file of a push', () => {
  it.each([
    [';', 'comma', '2;MEC1;1.5;;"1234,5";7;;done;"19,9";6;;;;\r\n'],
    [',', 'comma', '2,MEC1,1.5,,"1234,5",7,,done,"19,9",6,,,,\r\n'],
    ['\t', 'point', '2\tMEC1\t1.5\t\t1234.5\t7\t\tdone\t19.9\t6\t\t\t\t\r\n'],
    [null, 'point', '2,MEC1,1.5,,1234.5,7,,done,19.9,6,,,,\r\n'],
  ] as const)('is written as a file with %j and a decimal %s is', async (separator, mark, line) => {
    expect(await written({separator}, {price: mark, quantity: 'point'})).toBe(line)
  })
})
