import type {Clock, OpenedPush, PushRecord, PushStore, RecordFile, ThisProcess, WriteLog} from '../../ports/index.js'
import {leaseMs} from '../../sync/lease.js'
import {AlreadySent} from './already-sent.js'
import {pushBusy} from './push-lease.js'
import {SharedStocks} from './shared-stocks.js'

export interface TakingParts {
  pushes: Pick<PushStore, 'open' | 'counts'>
  writeLog: Pick<WriteLog, 'ofPush'>
  clock: Pick<Clock, 'now'>
  process: Pick<ThisProcess, 'newHolder'>
}

/** A push whose lease this process has. */
export interface Taken {
  push: PushRecord
  /** Something of it was set, or may have been, by a process that did not come to its end. */
  resumed: boolean
  holder: string
  sent: AlreadySent
  stocks: SharedStocks
}

/** Begins the push of a file, or goes on with one. MELI_PUSH_BUSY while another process is at it. */
export async function takePush(
  parts: TakingParts,
  {hash: fileHash, name: fileName}: Pick<RecordFile, 'hash' | 'name'>,
  {userId, restart}: {userId: number; restart: boolean},
): Promise<Taken> {
  const {pushes, clock, process} = parts
  const holder = process.newHolder()
  const now = clock.now()
  const request = {userId, fileHash, fileName, holder, now, until: new Date(now.getTime() + leaseMs)}
  const taken = takenFrom(await pushes.open({...request, restart}), holder, parts)
  const {push, resumed, sent} = taken
  if (!resumed || (await pushes.counts(push.id)).done > 0 || (await sent.anything())) return taken
  // Nothing is known to have been sent: then there is nothing to go on with, and what failed may not fail now.
  return takenFrom(await pushes.open({...request, restart: true}), holder, parts)
}

function takenFrom(opened: OpenedPush, holder: string, {writeLog}: TakingParts): Taken {
  if (!opened.opened) throw pushBusy(opened.holder)
  const {push, resumed} = opened
  const sent = new AlreadySent(writeLog, {userId: push.userId, pushId: push.id})
  return {push, resumed, holder, sent, stocks: new SharedStocks()}
}
