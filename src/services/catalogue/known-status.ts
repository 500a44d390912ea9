import {MeliError} from '../../core/errors.js'

/**
 * MELI_USAGE for a status that nothing can have: neither one that the service documents nor one that the local copy
 * holds, since the service may have more of them some day.
 * @param noun what has it: `order`
 */
export async function assertStatus(
  {noun, status, known}: {noun: string; status: string | undefined; known: readonly string[]},
  isHere: (status: string) => Promise<boolean>,
): Promise<void> {
  if (status === undefined || known.includes(status) || (await isHere(status))) return
  throw new MeliError('MELI_USAGE', `no ${noun} has the status ${status}`, {
    try: [`--status takes one of ${known.join(', ')}`],
  })
}
