import type {MercadoLibre} from '../ports.js'
import type {Who, Writer} from './writer.js'

/** Takes the permission of an account back at the service, and writes that down. Access and refresh tokens die. */
export async function revoke(
  {api, writer}: {api: Pick<MercadoLibre, 'revoke'>; writer: Pick<Writer, 'record'>},
  {who, clientId, command}: {who: Who; clientId: string; command: string},
): Promise<void> {
  const path = `/users/${who.userId}/applications/${clientId}`
  const write = {command, action: 'request' as const, subject: path, request: {method: 'DELETE' as const, path}}
  const send = () => api.revoke(who.userId, clientId)
  await writer.record(who, write, send, () => ({status: null}))
}
