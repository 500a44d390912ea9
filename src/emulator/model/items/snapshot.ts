import {badRequest} from '../api-error.js'
import {isFields} from '../json.js'
import {type Item, itemColumns} from './item.js'
import {type Outcome, readOutcome} from './outcomes.js'
import {changeSettings, defaultSettings, type ItemSettings} from './settings.js'

type Row = readonly unknown[]

/** Items as rows under one list of column names: a third of the size of a list of objects. */
export function pack(listed: readonly Item[], unlisted: readonly Item[]) {
  const row = (item: Item): Row => itemColumns.map((column) => item[column])
  return {version: 1, columns: [...itemColumns], listed: listed.map(row), unlisted: unlisted.map(row)}
}

export interface Unpacked {
  listed: Item[]
  unlisted: Item[]
  lastNumber: number
  settings: ItemSettings
  outcomes: Outcome[]
}

/** Reads what `Catalogue.export()` gave, also after a trip through JSON. @throws WireError 400 */
export function unpack(data: unknown): Unpacked {
  if (!isFields(data) || data.version !== 1) throw badRequest('this is not an exported catalogue')
  const {columns, last_number: lastNumber} = data
  if (!Array.isArray(columns) || !fits(columns)) throw badRequest('the columns of the catalogue are not ours')
  if (typeof lastNumber !== 'number') throw badRequest('last_number must be a number')
  const settings = defaultSettings()
  changeSettings(settings, data.settings ?? {})
  const outcomes = Array.isArray(data.outcomes) ? data.outcomes.map(readOutcome) : []
  return {
    listed: toItems(columns, data.listed),
    unlisted: toItems(columns, data.unlisted),
    lastNumber,
    settings,
    outcomes,
  }
}

/** The fields of an item in a state that an earlier version saved. */
const later: Partial<Item> = {promotion: null}

function fits(columns: readonly unknown[]): columns is (keyof Item)[] {
  const expected = itemColumns.filter((name) => !Object.hasOwn(later, name) || columns.includes(name))
  return columns.length === expected.length && expected.every((name, n) => columns[n] === name)
}

function toItems(columns: readonly (keyof Item)[], rows: unknown): Item[] {
  if (!Array.isArray(rows)) throw badRequest('the items of the catalogue must be rows')
  return rows.map((row: unknown) => {
    if (!Array.isArray(row) || row.length !== columns.length || typeof row[0] !== 'string') {
      throw badRequest('a row of the catalogue is not an item')
    }
    // The columns were just compared with ours, so a row of that length is an item.
    return {...later, ...Object.fromEntries(columns.map((name, n) => [name, row[n]]))} as Item
  })
}
