import type {Freshness} from '../services/catalogue/freshness.js'
import {type Acting, flagsOf} from './acting.js'
import {span} from './times.js'

export interface AgeOptions extends Acting {
  /** As `meli sync` names it. */
  resource: 'products' | 'questions' | 'orders' | 'shipments'
}

/** For stderr: how old is what was read. */
export function ageLine({age_seconds, invalidated, connected}: Freshness, {resource, ...acting}: AgeOptions): string {
  if (!connected) return disconnectedLine(age_seconds)
  const sync = `meli sync ${resource}${flagsOf(acting)}`
  if (age_seconds === null) return `No complete sync yet. Next: ${sync}`
  const age = ageOf(age_seconds)
  return invalidated ? `${age}, marked stale since. Next: ${sync}` : age
}

function disconnectedLine(ageSeconds: number | null): string {
  const age = ageSeconds === null ? 'Never fully synced' : ageOf(ageSeconds)
  return `${age}. The account is disconnected; to connect it again: meli auth login`
}

/** A few seconds are those that the command itself took. */
function ageOf(seconds: number): string {
  return `As of the sync ${seconds < 5 ? 'just now' : `${span(seconds * 1000)} ago`}`
}
