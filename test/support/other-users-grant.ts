import type {Emulator} from '../../src/emulator/index.js'

export interface OtherUsersGrant {
  userId: number
  accessToken: string
  refreshToken: string
}

/** Has the service answer the next request for tokens with those of another user than it asks for. They work. */
export function answerForOther({world}: Emulator, nickname = 'CASA_DEL_SUR'): OtherUsersGrant {
  const user = world.users.find(nickname)!
  const {access, grant} = world.grants.authorize(user.id, world.applications.first())
  const [accessToken, refreshToken] = [access.value, grant.refreshToken!.value]
  const tokens = {access_token: accessToken, refresh_token: refreshToken, token_type: 'bearer', expires_in: 21_600}
  const body = {...tokens, scope: 'offline_access', user_id: user.id}
  world.faults.add({path: '/oauth/token', fault: {type: 'status', status: 200, body}})
  return {userId: user.id, accessToken, refreshToken}
}

/** Everything that was sent with tokens of this user. */
export function sentAs({world}: Emulator, userId: number) {
  return world.requests.list().filter((request) => request.user_id === userId)
}
