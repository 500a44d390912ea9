import type {Freshness} from '../services/catalogue/freshness.js'
import {span} from './times.js'

export interface AgeOptions {
  sandbox: boolean
  /** As `meli sync` names it. */
  resource: 'products' | 'questions' | 'orders' | 'shipments'
}

/** For stderr: how old is what was read. */
export function ageLine({age_seconds, invalidated, connected}: Freshness, {sandbox, resource}: AgeOptions): string {
  if (!connected) return disconnectedLine(age_seconds)
  const sync = `meli sync ${resource}${sandbox ? ' --sandbox' : ''}`
  if (age_seconds === null) return `No complete sync yet. Next: ${sync}`
  const age = `As of the sync ${span(age_seconds * 1000)} ago`
  return invalidated ? `${age}, marked stale since. Next: ${sync}` : age
}

function disconnectedLine(ageSeconds: number | null): string {
  const age = ageSeconds === null ? 'Never synced whole' : `As of the sync ${span(ageSeconds * 1000)} ago`
  return `${age}. The account is disconnected; to go on with it: meli auth login`
}
