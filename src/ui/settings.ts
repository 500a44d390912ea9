import type {Paper} from './paper.js'
import {printable} from './style.js'
import {fields, table} from './table.js'

export interface SettingView {
  name: string
  value: string | null
  is_set: boolean
  origin: string
  variable: string | null
}

export interface SettingsView {
  settings: readonly SettingView[]
  home: string
  database: string | null
  warnings: readonly string[]
  problem: {code: string; message: string} | null
}

export function renderSettings({settings, home, database, warnings, problem}: SettingsView, paper: Paper): string {
  const rows = settings.map((each) => [
    each.name,
    each.is_set
      ? each.value === null
        ? {text: '(set)', paint: paper.style.dim}
        : each.value
      : {text: 'unset', paint: paper.style.dim},
    origin(each),
  ])
  const places = fields(
    [
      ['Home', home],
      ['Database', database ?? 'unknown'],
    ],
    paper,
  )
  const wrong =
    problem === null ? [] : ['', `${paper.style.symbols.fail} ${printable(problem.message)} (${problem.code})`]
  const odd = warnings.map((warning) => `${paper.style.symbols.warn} ${printable(warning)}`)
  const remarks = odd.length === 0 ? [] : ['', ...odd]
  return [table(['SETTING', 'VALUE', 'FROM'], rows, paper), '', places, ...remarks, ...wrong].join('\n')
}

/** The variable is named only where an alias won. */
function origin({origin, variable, name}: SettingView): string {
  if (origin === 'unset') return '-'
  return variable === null || variable === name ? origin : `${origin}, ${variable}`
}
