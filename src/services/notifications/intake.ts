import type {AccountStore, Clock, IncomingNotification, NotificationInbox, Telemetry} from '../ports/index.js'
import {Dropped} from './dropped.js'
import {type ParsedNotification, parseNotification} from './parse.js'
import {targetOf, topicLabel} from './topics.js'

export type IntakeOutcome = 'accepted' | 'duplicate' | 'unknown' | 'refused'

export interface IntakeDeps {
  inbox: Pick<NotificationInbox, 'accept' | 'count'>
  accounts: Pick<AccountStore, 'list'>
  clock: Clock
  /** Of the application whose notifications these are. */
  clientId: string
  telemetry?: Pick<Telemetry, 'notification'> | undefined
  /** Called when there is new work. */
  onWork?: (() => void) | undefined
}

interface Waiting {
  parsed: ParsedNotification
  resolve: (outcome: IntakeOutcome) => void
  reject: (error: unknown) => void
}

/** Who is connected changes seldom, and nobody is dropped before it was looked up anew. */
const knownForMs = 5_000
/** In one transaction. */
const mostTogether = 500
/** Turns of the loop, each far below a millisecond: without anybody new, and altogether. */
const quietTurns = 3
const mostTurns = 100

/**
 * Takes notifications in. What resolves is committed, and cannot be lost; what rejects is not, and has to be sent again. All
 * that arrive while a commit is under way are the next one: under load, the disk is waited for once for many.
 */
export class Intake {
  private readonly waiting: Waiting[] = []
  private readonly dropped: Dropped
  private working: Promise<void> | undefined
  private known: {users: ReadonlySet<number>; until: number; since: number} | undefined

  constructor(private readonly deps: IntakeDeps) {
    this.dropped = new Dropped(deps)
  }

  /** @param body of the request, as parsed from JSON */
  async receive(body: unknown): Promise<IntakeOutcome> {
    const parsed = parseNotification(body)
    if (parsed === undefined) return this.refuse()
    return new Promise((resolve, reject) => {
      this.waiting.push({parsed, resolve, reject})
      this.working ??= this.work()
    })
  }

  /** Counts something that was no notification, or came from elsewhere. */
  refuse(): 'refused' {
    this.drop('refused', 0, 'other')
    return 'refused'
  }

  /** Writes what is left to write. */
  async close(): Promise<void> {
    while (this.working !== undefined) await this.working
    await this.dropped.close()
  }

  private async work(): Promise<void> {
    while (this.waiting.length > 0) {
      await this.settle()
      const batch = this.waiting.splice(0, mostTogether)
      await this.commit(batch).catch((error: unknown) => {
        for (const {reject} of batch) reject(error)
      })
    }
    this.working = undefined
  }

  /**
   * Lets those come along that are being read from their sockets: a connection is accepted in one turn of the loop and read in
   * another, and a commit between two of them would hold up the rest.
   */
  private async settle(): Promise<void> {
    let [turns, quiet, before] = [0, 0, this.waiting.length]
    while (turns < mostTurns && quiet < quietTurns && this.waiting.length < mostTogether) {
      await new Promise(setImmediate)
      turns += 1
      quiet = this.waiting.length > before ? 0 : quiet + 1
      before = this.waiting.length
    }
  }

  private async commit(batch: readonly Waiting[]): Promise<void> {
    const {inbox, clock, clientId} = this.deps
    const users = await this.usersFor(batch.map(({parsed}) => parsed.user_id))
    const isOurs = ({parsed: {user_id, application_id}}: Waiting) =>
      users.has(user_id) && (application_id ?? clientId) === clientId
    const ours = batch.filter(isOurs)
    const notifications = ours.map(({parsed}) => this.entry({...parsed, application_id: clientId}))
    const accepted = ours.length === 0 ? [] : await inbox.accept(notifications, clock.now())
    for (const [at, {parsed, resolve}] of ours.entries()) {
      const {outcome} = accepted[at] ?? {outcome: 'accepted'}
      this.deps.telemetry?.notification(outcome, topicLabel(parsed.topic))
      resolve(outcome)
    }
    if (accepted.some(({outcome}) => outcome === 'accepted')) this.deps.onWork?.()
    for (const one of batch) {
      if (isOurs(one)) continue
      this.drop('unknown', users.has(one.parsed.user_id) ? one.parsed.user_id : 0, topicLabel(one.parsed.topic))
      one.resolve('unknown')
    }
  }

  private entry(notification: IncomingNotification) {
    return {notification, waits: targetOf(notification) !== undefined}
  }

  private drop(outcome: 'unknown' | 'refused', userId: number, topic: string): void {
    this.deps.telemetry?.notification(outcome, topic)
    this.dropped.add(outcome, userId)
  }

  /** A seller who was connected this moment is not dropped: before that, they are read again. */
  private async usersFor(wanted: readonly number[]): Promise<ReadonlySet<number>> {
    const now = this.deps.clock.now().getTime()
    const {known} = this
    const isFresh = known !== undefined && now < known.until && now >= known.since
    if (isFresh && wanted.every((userId) => known.users.has(userId))) return known.users
    const users = new Set((await this.deps.accounts.list()).map(({userId}) => userId))
    this.known = {users, since: now, until: now + knownForMs}
    return users
  }
}
