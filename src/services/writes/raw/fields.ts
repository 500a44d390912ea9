import {MeliError} from '../../../core/errors.js'
import {readJson} from '../../../core/json.js'

export interface Field {
  name: string
  /** The value as JSON. */
  json: string
}

/** `name=value` as text, or `name:=json`, of which numbers keep their digits. */
export function fieldOf(given: string, {typed}: {typed: boolean}): Field {
  const [, name, value = ''] = (typed ? /^([^=]*?):?=(.*)$/s : /^([^=]*)=(.*)$/s).exec(given) ?? []
  if (name === undefined || /^[\s:]*$/.test(name)) throw malformed(typed)
  if (!typed && name.trim().endsWith(':')) throw meantTyped(name.trim())
  return {name: name.trim(), json: typed ? value.trim() : JSON.stringify(value)}
}

/** Once placeholders are filled in. MELI_USAGE when the value is not JSON. */
export function checked({name, json}: Field): Field {
  const read = readJson(json)
  if (!('why' in read)) return {name, json}
  throw new MeliError('MELI_USAGE', `the value of the field ${name} ${read.why}`, {
    try: [`text goes with -f: -f ${name}=...`, `JSON text has quotes: -F '${name}:="..."'`],
  })
}

/** As a JSON object, values as they were written. */
export function jsonObject(fields: readonly Field[]): string {
  assertOnce(fields)
  return `{${fields.map(({name, json}) => `${JSON.stringify(name)}:${json}`).join(',')}}`
}

/**
 * To the query: text without its quotes, anything else as it was written. A name may be given more than once; what the
 * address had under it is replaced.
 */
export function addQuery({searchParams}: URL, fields: readonly Field[]): void {
  for (const {name} of fields) searchParams.delete(name)
  for (const {name, json} of fields) searchParams.append(name, json.startsWith('"') ? String(JSON.parse(json)) : json)
}

function assertOnce(fields: readonly Field[]): void {
  const names = new Set<string>()
  for (const {name} of fields) {
    if (names.has(name)) throw twice(name)
    names.add(name)
  }
}

function malformed(typed: boolean): MeliError {
  return new MeliError('MELI_USAGE', 'a field is given without its name or its value', {
    try: [typed ? 'write -F name:=value, with the value in JSON' : 'write -f name=value'],
  })
}

/** A field whose name ends in a colon is one of nobody. */
function meantTyped(name: string): MeliError {
  return new MeliError('MELI_USAGE', `-f takes the field ${name} as text, and := gives a value in JSON`, {
    try: [`-F ${name}=... for a value in JSON`, `-f ${name.replace(/(?<![\s:])[\s:]+$/, '')}=... for text`],
  })
}

function twice(name: string): MeliError {
  return new MeliError('MELI_USAGE', `the field ${name} is given twice`, {
    try: [`lists of a body are JSON: -F '${name}:=["a","b"]'`],
  })
}
