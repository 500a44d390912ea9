import {createHash} from 'node:crypto'

/** A record of a page whose id cannot be read: it is named by its content, the same each time, and does not stop the others. */
export function unreadable(kind: string, json: unknown) {
  const digest = createHash('sha256').update(JSON.stringify(json) ?? '')
  const id = `unreadable ${kind} ${digest.digest('hex').slice(0, 12)}`
  return {ok: false, id, status: 200, message: `Mercado Libre lists a record whose ${kind} id is unreadable`} as const
}
