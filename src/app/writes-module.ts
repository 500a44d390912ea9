import {mayBeAlive} from '../core/holder.js'
import {once} from '../core/once.js'
import type {WriteGuard} from '../services/writes/guard.js'
import type {AccountsModule} from './accounts-module.js'
import {applicationOf} from './application.js'
import {keepHeapSmall} from './small-heap.js'
import type {World} from './world.js'

export type WritesModule = ReturnType<typeof writesModule>

/** Changes at the service: of one item, of a file of items, and raw requests; their log, and taking one back. */
export function writesModule(world: World, {sessions}: AccountsModule) {
  const {config, store, terminal, writer} = world
  const guard = once(async () => {
    const {WriteGuard} = await import('../services/writes/guard.js')
    const accounts = async () => (await store()).accounts
    return new WriteGuard({sessions: await sessions(), terminal, accounts})
  })
  return {
    guard,
    ...itemServices(world, guard),
    history: once(async () => {
      const {History} = await import('../services/writes/history.js')
      keepHeapSmall()
      const {writeLog: log, accounts, catalogue} = await store()
      return new History({log, accounts, catalogue, isAlive: mayBeAlive})
    }),
    rawCall: once(async () => {
      const {RawCall} = await import('../services/writes/raw/raw-call.js')
      const clientId = () => config.clientId ?? applicationOf(config).clientId
      return new RawCall({sessions: await sessions(), guard, writer, clientId, origin: config.apiUrl.origin})
    }),
  }
}

function itemServices(world: World, guard: () => Promise<WriteGuard>) {
  const {clock, process, store, writer} = world
  const localItems = once(async () => {
    const {LocalItems} = await import('../services/writes/selling/item-changes.js')
    const {productSink: sink} = await store()
    return new LocalItems({sink, clock})
  })
  const itemChanges = once(async () => {
    const {ItemChanges} = await import('../services/writes/selling/item-changes.js')
    const {localStock} = await store()
    const [sending, keeping] = [await writer(), await localItems()]
    return new ItemChanges({writer: sending, clock, localStock, localItems: keeping, random: Math.random})
  })
  return {
    itemChanges,
    changeItem: once(async () => {
      const {ChangeItem} = await import('../services/writes/selling/change-item.js')
      const {catalogue} = await store()
      return new ChangeItem({guard: await guard(), changes: await itemChanges(), catalogue})
    }),
    undo: once(async () => {
      const {Undo} = await import('../services/writes/undo.js')
      const {writeLog: log} = await store()
      return new Undo({guard: await guard(), changes: await itemChanges(), log})
    }),
    productPush: once(async () => {
      const {ProductPush} = await import('../services/writes/push/product-push.js')
      keepHeapSmall()
      const {pushes, writeLog} = await store()
      const deps = {guard: await guard(), changes: await itemChanges(), localItems: await localItems()}
      return new ProductPush({...deps, pushes, writeLog, clock, process})
    }),
    pushDryRun: once(async () => {
      const {PushDryRun} = await import('../services/writes/push/dry-run.js')
      return new PushDryRun({guard: await guard(), changes: await itemChanges()})
    }),
  }
}
