import type {ErrorCode, MeliError} from '../../core/errors.js'
import {journalCode, newExchange} from '../accounts/auth/exchanges.js'
import type {Clock, ExchangeJournal, MercadoLibre} from '../ports/index.js'
import type {Author, Writer} from './writer.js'

export interface RevocationDeps {
  writer: Pick<Writer, 'record'>
  journal: ExchangeJournal
  clock: Clock
  process: {pid: number; host: string}
}

/**
 * Takes the permission of an account back at the service, and writes that down. Access and refresh tokens die. The entry in
 * the journal stays open when it was carried out: it ends with the tokens that are wiped here.
 */
export async function revoke(
  deps: RevocationDeps,
  {api, who, clientId, command}: {api: Pick<MercadoLibre, 'revoke'>; who: Author; clientId: string; command: string},
): Promise<{exchangeId: string}> {
  const {writer, journal, clock} = deps
  const path = `/users/${who.userId}/applications/${clientId}`
  const write = {command, action: 'request' as const, subject: path, request: {method: 'DELETE' as const, path}}
  const exchangeId = await journal.begin(
    newExchange(deps, {kind: 'revocation', userId: who.userId, sent: null, reason: command}),
  )
  try {
    await writer.record(
      who,
      write,
      () => api.revoke(who.userId, clientId),
      () => ({status: null}),
    )
  } catch (error) {
    // Failing here must not replace the first error, which says whether the permission may be gone.
    await journal.finish(exchangeId, 'failed', journalCode(error), clock.now()).catch(() => undefined)
    throw error
  }
  return {exchangeId}
}

const storeFailures: ReadonlySet<string> = new Set<ErrorCode>([
  'MELI_DATABASE_BUSY',
  'MELI_DATABASE_UNREADABLE',
  'MELI_STORAGE_FULL',
  'MELI_STORAGE_READ_ONLY',
])

/** The database or the disk was in the way: that says nothing about the tokens, which must not be wiped unrevoked for it. */
export function isStoreFailing(error: MeliError): boolean {
  return storeFailures.has(error.code)
}
