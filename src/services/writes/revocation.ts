import {journalCode, newExchange} from '../accounts/auth/exchanges.js'
import type {Clock, ExchangeJournal, MercadoLibre} from '../ports/index.js'
import type {Who, Writer} from './writer.js'

export interface RevocationDeps {
  writer: Pick<Writer, 'record'>
  journal: Pick<ExchangeJournal, 'begin' | 'finish'>
  clock: Pick<Clock, 'now'>
  process: {pid: number; host: string}
}

/**
 * Takes the permission of an account back at the service, and writes that down. Access and refresh tokens die. The entry in
 * the journal stays open when it was carried out: it ends with the tokens that are wiped here.
 */
export async function revoke(
  deps: RevocationDeps,
  {api, who, clientId, command}: {api: Pick<MercadoLibre, 'revoke'>; who: Who; clientId: string; command: string},
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
    await journal.finish(exchangeId, 'failed', journalCode(error), clock.now())
    throw error
  }
  return {exchangeId}
}
