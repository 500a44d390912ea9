import {SharedList} from './json-writer.js'
import {sheet} from './products.js'

/** An item's technical sheet is what makes it as long as it is to be. */
interface SheetAttribute extends Record<string, unknown> {
  id: string
  name: string
  value_id: null
  value_name: string
  value_type: 'string'
  value_struct: null
  values: readonly {id: null; name: string; struct: null}[]
}

/** Bytes of an attribute around its text: braces, keys and quotes. */
const overhead = 160
/** How often an attribute says its text. */
const mentions = 2

const made = new Map<string, SharedList>()
const nothing = new SharedList([])

/**
 * About `bytes` bytes of attributes. `turn` (0 to 7) says where in the sheet to start, so that neighbours differ. Lists are
 * shared between items: there are only as many as there are sizes.
 */
export function sheetAttributes(language: 'es' | 'pt', bytes: number, turn: number): SharedList {
  if (bytes <= overhead) return nothing
  // Sizes are rounded so that a few lists serve all items.
  const wanted = Math.round(bytes / 50) * 50
  const key = `${language} ${wanted} ${turn}`
  const known = made.get(key)
  if (known !== undefined) return known
  const list = new SharedList(fill(language, wanted, turn))
  made.set(key, list)
  return list
}

function fill(language: 'es' | 'pt', bytes: number, turn: number): SheetAttribute[] {
  const list: SheetAttribute[] = []
  let left = bytes
  for (let n = turn; left > overhead; n++) {
    const [id, name, es, pt] = sheet[n % sheet.length] ?? ['NOTES', 'Notes', '', '']
    const round = Math.floor((n - turn) / sheet.length)
    const text = cut(language === 'pt' ? pt : es, Math.floor((left - overhead) / mentions))
    list.push({
      id: round === 0 ? id : `${id}_${round + 1}`,
      name,
      value_id: null,
      value_name: text,
      value_type: 'string',
      value_struct: null,
      values: [{id: null, name: text, struct: null}],
    })
    left -= overhead + mentions * Buffer.byteLength(text)
    if (text === '') break
  }
  return list
}

function cut(text: string, bytes: number): string {
  return Buffer.byteLength(text) <= bytes ? text : text.slice(0, Math.max(1, bytes)).trimEnd()
}
