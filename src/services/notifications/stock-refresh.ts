import {MeliError} from '../../core/errors.js'
import type {Clock, LocalStock, SellingApi} from '../ports/index.js'
import type {KindRefresh} from './ending.js'

export interface StockReading {
  stock: Pick<LocalStock, 'save' | 'items'>
  items: KindRefresh
  clock: Pick<Clock, 'now'>
}

type Session = {api: Pick<SellingApi, 'userProductStock'>; userId: number}

/**
 * Reads the stock of a user product, and the local items that share it: theirs changes with it. MELI_WRONG_ACCOUNT, and
 * nothing kept, when it is another seller's.
 */
export async function readStock(
  {stock, items, clock}: StockReading,
  {api, userId}: Session,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const read = await api.userProductStock(id, signal)
  if (read.user_id === null)
    throw new MeliError('MELI_ANSWER_UNUSABLE', `Mercado Libre does not say whose user product ${id} is`)
  if (read.user_id !== userId)
    throw new MeliError('MELI_WRONG_ACCOUNT', `user product ${id} belongs to another seller, and was not read`)
  await stock.save(userId, read, clock.now())
  const endings = await items.refresh(userId, await stock.items(userId, id), signal)
  for (const {error} of endings.values()) if (error !== undefined) throw error
}
