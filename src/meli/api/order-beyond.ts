import type {MissingRecord} from '../../services/ports/index.js'
import type {OrderFilter} from './order-search.js'
import {type Bounds, yearBefore} from './order-windows.js'

/** An hour of which some orders are out of reach, whatever is asked. */
export function beyondListing({by, from, status}: OrderFilter, count: number, total: number): MissingRecord[] {
  if (count <= 0) return []
  const hour = `${from.toISOString().slice(0, 13)}:00Z`
  const id = ['orders', by === 'date_created' ? 'created' : 'changed', hour, status].filter(Boolean).join(' ')
  return [{id, status: 0, message: `${count} of the ${total} orders of this hour are beyond what the service lists`}]
}

/** Of the hours that a run before named, those that this one does not read again and that the service still keeps. */
export function stillBeyond(named: readonly MissingRecord[], {from}: Bounds, startedAt: Date): MissingRecord[] {
  return named.filter(({id}) => {
    const [, by, hour = ''] = id.split(' ')
    const at = Date.parse(hour)
    return !(at < yearBefore(startedAt)) && !(by === 'changed' && at >= from)
  })
}
