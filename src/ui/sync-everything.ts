import type {SyncFailure} from '../services/sync/all.js'
import type {SyncEverythingResult, SyncEverywhereResult} from '../services/sync/everything.js'
import type {Paper} from './paper.js'
import {capital, renderSync} from './sync.js'
import {byCause, eachCauseOnce, listed, namesOf, troubleLines} from './sync-failures.js'

/** Resource after resource of one account. */
export function renderEverything({syncs}: SyncEverythingResult, paper: Paper): string {
  const parts = eachCauseOnce(syncs, {
    done: (sync) => renderSync(sync, paper),
    failed: (alike) => {
      const what = listed(alike.map(({resource}) => resource))
      return troubleLines(`${capital(what)} not synced`, alike, paper)
    },
  })
  return parts.join('\n\n')
}

/** Resource after resource, of each its stores; below them what kept others from being synced, once for each cause. */
export function renderEverywhere({resources}: SyncEverywhereResult, paper: Paper): string {
  const sections = resources.flatMap(({resource, syncs}) => {
    const parts = syncs.flatMap((sync) => ('error' in sync ? [] : [renderSync(sync, paper)]))
    return parts.length === 0 ? [] : [`${paper.style.bold(capital(resource))}\n${parts.join('\n\n')}`]
  })
  const failures = resources.flatMap(({resource, syncs}) =>
    syncs.flatMap((sync) => ('error' in sync ? [{...sync, resource}] : [])),
  )
  const causes = byCause(failures).map((alike) =>
    troubleLines(`${capital(whatOfWhom(alike))} not synced`, alike, paper),
  )
  return [...sections, ...causes].join('\n\n')
}

/** `products and orders of A (1) and B (2), questions of A (1)`. */
function whatOfWhom(failures: ReadonlyArray<SyncFailure & {resource: string}>): string {
  const resources = new Set(failures.map(({resource}) => resource))
  const byAccounts = new Map<string, string[]>()
  for (const resource of resources) {
    const whom = namesOf(failures.filter((each) => each.resource === resource))
    byAccounts.set(whom, [...(byAccounts.get(whom) ?? []), resource])
  }
  return [...byAccounts].map(([whom, those]) => `${listed(those)} of ${whom}`).join(', ')
}
