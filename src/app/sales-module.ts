import {once} from '../core/once.js'
import {localReading} from './catalogue-module.js'
import type {World} from './world.js'
import type {WritesModule} from './writes-module.js'

export type SalesModule = ReturnType<typeof salesModule>

/** Questions, orders and shipments: the local copy, single records from the service, answers and labels. */
export function salesModule(world: World, {guard}: WritesModule) {
  const {clock, store, terminal, writer} = world
  const {refreshOrder, refreshShipment} = refreshServices(world)
  const saleIds = once(async () => {
    const {SaleIds} = await import('../services/sales/sale-ids.js')
    const {orders, shipments} = await store()
    return new SaleIds({orders, shipments})
  })
  return {
    refreshOrder,
    refreshShipment,
    orders: once(async () => {
      const {Orders} = await import('../services/sales/orders/orders.js')
      const {orders, shipments} = await store()
      return new Orders({...(await localReading(world)), orders, shipments})
    }),
    shipments: once(async () => {
      const {Shipments} = await import('../services/sales/shipments/shipments.js')
      const {orders, shipments} = await store()
      return new Shipments({...(await localReading(world)), orders, shipments})
    }),
    refreshSale: once(async () => {
      const {RefreshSale} = await import('../services/sales/refresh-sale.js')
      const [ids, orders, shipments] = [await saleIds(), await refreshOrder(), await refreshShipment()]
      return new RefreshSale({ids, orders, shipments})
    }),
    labelFiles: once(async () => {
      const {LabelFiles} = await import('../services/sales/shipments/label-files.js')
      const {wholeFiles} = await import('../ui/whole-files.js')
      return new LabelFiles({files: wholeFiles, ids: await saleIds()})
    }),
    questions: once(async () => {
      const {Questions} = await import('../services/sales/questions/questions.js')
      const {catalogue, questions, questionSink: sink} = await store()
      return new Questions({...(await localReading(world)), catalogue, questions, sink})
    }),
    answerQuestion: once(async () => {
      const {AnswerQuestion} = await import('../services/sales/questions/answer.js')
      const {questions, questionSink: sink} = await store()
      return new AnswerQuestion({guard: await guard(), writer: await writer(), questions, sink, clock})
    }),
    forgetBuyers: once(async () => {
      const {ForgetBuyers} = await import('../services/sales/buyers/forget-buyers.js')
      const {accounts, buyers} = await store()
      return new ForgetBuyers({accounts, buyers, clock, terminal})
    }),
  }
}

function refreshServices({clock, store}: World) {
  return {
    refreshOrder: once(async () => {
      const {RefreshOrder} = await import('../services/sales/orders/refresh-order.js')
      const {orders, orderSink: sink} = await store()
      return new RefreshOrder({orders, sink, clock})
    }),
    refreshShipment: once(async () => {
      const {RefreshShipment} = await import('../services/sales/shipments/refresh-shipment.js')
      const {orders, shipmentSink: sink} = await store()
      return new RefreshShipment({orders, sink, clock})
    }),
  }
}
