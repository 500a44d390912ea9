import {MeliError} from '../../core/errors.js'
import type {Clock, RecordPatch, Store} from '../ports/index.js'
import {RefreshShipment} from '../sales/shipments/refresh-shipment.js'
import {ItemRefresh} from './item-refresh.js'
import {ResourceRefresh} from './resource-refresh.js'
import {SellerSessions, type SellerSessionsDeps} from './seller-sessions.js'
import {SingleRefresh, type SingleRefreshDeps} from './single-refresh.js'
import {readStock} from './stock-refresh.js'

type Stores = Pick<
  Store,
  'productSink' | 'orderSink' | 'orders' | 'questionSink' | 'questions' | 'shipmentSink' | 'localStock'
>

export interface KindsDeps extends Omit<SellerSessionsDeps, 'clock'> {
  store: Stores
  clock: Clock
}

/** How each kind of resource that notifications name is read, and where it is kept. */
export function resourceRefresh({store, clock, ...online}: KindsDeps): ResourceRefresh {
  const sessions = new SellerSessions({...online, clock})
  const items = new ItemRefresh({sessions, clock, sink: (userId) => store.productSink(userId)})
  const single = (part: Pick<SingleRefreshDeps, 'known' | 'read' | 'gone' | 'concurrency'>) =>
    new SingleRefresh({sessions, clock, ...part})
  const knownIn = (sink: (userId: number) => Pick<RecordPatch<unknown>, 'known'>) => {
    return (userId: number, ids: readonly string[]) => sink(userId).known(ids)
  }
  const shipments = new RefreshShipment({sink: (userId) => store.shipmentSink(userId), orders: store.orders, clock})
  return new ResourceRefresh({
    item: items,
    order: single({
      known: knownIn((userId) => store.orderSink(userId)),
      read: async ({api, userId}, id, signal) => {
        const order = await api.order(userId, id, signal)
        await store.orderSink(userId).patch([order], clock.now())
      },
    }),
    question: single({
      known: knownIn((userId) => store.questionSink(userId)),
      read: async ({api, userId}, id, signal) => {
        const question = await api.question(userId, id, signal)
        if (question.user_id !== userId) throw foreignQuestion(id)
        await store.questionSink(userId).patch([question], clock.now())
      },
      gone: (userId, ids, at) => store.questions.remove(userId, ids, at),
    }),
    shipment: single({
      known: knownIn((userId) => store.shipmentSink(userId)),
      read: (session, id, signal) => shipments.run(session, id, signal),
    }),
    stock: single({
      known: async (userId, ids) => {
        const found = await Promise.all(ids.map((id) => store.localStock.find(userId, id)))
        return new Set(ids.filter((_, at) => found[at] !== undefined))
      },
      read: (session, id, signal) => readStock({stock: store.localStock, items, clock}, session, id, signal),
      // The service allows few of these a minute, and each may fetch items.
      concurrency: 1,
    }),
  })
}

/** A question is read by who asked it too, and an account may buy as well as sell. */
function foreignQuestion(id: string): MeliError {
  return new MeliError('MELI_WRONG_ACCOUNT', `question ${id} was asked of another seller and was not stored`)
}
