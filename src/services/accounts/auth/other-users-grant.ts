import {MeliError} from '../../../core/errors.js'
import type {Clock, HeldGrantStore, OtherUsersGrant} from '../../ports/index.js'

/** A refresh token lives for six months at most (docs/mercadolibre.md, section 2.4). */
const longestMs = 180 * 24 * 60 * 60_000

export interface SetAsideDeps {
  heldGrants: Pick<HeldGrantStore, 'setAside'>
  clock: Pick<Clock, 'now'>
}

/** Keeps tokens that came for another user than the one whose token was sent; the id under which they can be found. */
export function setAside(
  {heldGrants, clock}: SetAsideDeps,
  received: Omit<OtherUsersGrant, 'at' | 'until'>,
): Promise<string> {
  const at = clock.now()
  return heldGrants.setAside({...received, at, until: new Date(at.getTime() + longestMs)})
}

interface Mismatch {
  asked: {userId: number; name: string}
  /** The user that the answer names. */
  answered: number
  /** Under which the tokens are kept. */
  id: string
  sent?: 'refresh token' | 'login code'
}

/** Nothing is sent with the tokens of a user who was not asked for; whoever runs the program decides about them. */
export function grantMismatch(
  {asked, answered, id, sent = 'refresh token'}: Mismatch,
  next: readonly string[],
): MeliError {
  return new MeliError(
    'MELI_GRANT_MISMATCH',
    `Mercado Libre answered the ${sent} of ${asked.name} with the tokens of account ${answered}. Nothing was sent with them; they are kept, sealed, as installation ${id}`,
    {
      try: [
        ...next,
        `to connect account ${answered}: meli installs complete ${id}`,
        `to drop its tokens: meli installs discard ${id}`,
      ],
      details: {user_id: asked.userId, answered_user_id: answered, installation_id: id},
    },
  )
}
