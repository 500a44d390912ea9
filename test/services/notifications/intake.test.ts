import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../src/core/errors.js'
import {Intake} from '../../../src/services/notifications/intake.js'
import type {Account, IncomingNotification, NotificationInbox} from '../../../src/services/ports/index.js'
import {AlarmClock} from '../../support/alarm-clock.js'

const noon = new Date('2026-03-01T12:00:00Z')
const seller = 8_035_443

type Entry = {notification: IncomingNotification; waits: boolean}

/** An intake on an inbox that commits when it is told to. */
function build({users = [seller], telemetry = [] as string[]} = {}) {
  const clock = new AlarmClock(noon)
  const commits: Array<{batch: readonly Entry[]; end: (error?: Error) => void}> = []
  const counted: unknown[] = []
  let reads = 0
  const inbox: Pick<NotificationInbox, 'accept' | 'count'> = {
    accept: (batch) =>
      new Promise((resolve, reject) => {
        const accepted = batch.map((_, workId) => ({outcome: 'accepted' as const, workId}))
        commits.push({batch, end: (error) => (error === undefined ? resolve(accepted) : reject(error))})
      }),
    count: async (dropped) => void counted.push(...dropped),
  }
  const accounts = {
    list: async () => {
      reads += 1
      return users.map((userId) => ({userId}) as Account)
    },
  }
  const intake = new Intake({
    ...{inbox, accounts, clock, clientId: '4242'},
    telemetry: {notification: (outcome, topic) => void telemetry.push(`${outcome} ${topic}`)},
  })
  const tell = (number: number, changes = {}) =>
    intake.receive({
      ...{_id: `n-${number}`, resource: `/items/MEC${number}`, user_id: seller, topic: 'items', application_id: 4242},
      ...changes,
    })
  const turn = () => clock.advance(0)
  return {intake, tell, turn, clock, commits, counted, users, telemetry, reads: () => reads}
}

describe('the intake', () => {
  it('answers once it is committed, and not before', async () => {
    const {tell, turn, commits} = build()
    let answered: string | undefined
    const receiving = tell(1).then((outcome) => {
      answered = outcome
    })
    await turn()
    expect(commits).toHaveLength(1)
    expect(answered).toBeUndefined()
    commits[0]?.end()
    await receiving
    expect(answered).toBe('accepted')
  })

  it('commits together what came while a commit was under way', async () => {
    const {tell, turn, commits} = build()
    const all = [tell(1)]
    await turn()
    for (let number = 2; number <= 600; number += 1) all.push(tell(number))
    commits[0]?.end()
    await turn()
    commits[1]?.end()
    await turn()
    commits[2]?.end()
    expect(await Promise.all(all)).toHaveLength(600)
    expect(commits.map(({batch}) => batch.length)).toEqual([1, 500, 99])
    expect(commits[1]?.batch[0]?.notification.id).toBe('n-2')
  })

  it('fails those of a commit that failed, and goes on with the next', async () => {
    const {tell, turn, commits} = build()
    const lost = tell(1)
    await turn()
    const next = tell(2)
    commits[0]?.end(new MeliError('MELI_STORAGE_FULL', 'full'))
    await expect(lost).rejects.toMatchObject({code: 'MELI_STORAGE_FULL'})
    await turn()
    commits[1]?.end()
    expect(await next).toBe('accepted')
  })

  it('tells work from what is only kept', async () => {
    const {tell, turn, commits} = build()
    void tell(1)
    void tell(2, {topic: 'messages', resource: '/messages/1'})
    void tell(3, {resource: '/items/MEC1/../secret'})
    await turn()
    expect(commits[0]?.batch.map(({waits}) => waits)).toEqual([true, false, false])
    commits[0]?.end()
  })

  it('drops what is of another application or of a seller who is not connected, and counts it', async () => {
    const {intake, tell, commits, counted, telemetry} = build()
    const others = [tell(1, {application_id: 7}), tell(2, {user_id: 5}), tell(3, {user_id: 5, topic: 'made up'})]
    expect(await Promise.all(others)).toEqual(['unknown', 'unknown', 'unknown'])
    expect(await tell(4, {topic: undefined})).toBe('refused')
    await intake.close()
    expect(commits).toEqual([])
    const sums = [
      {outcome: 'unknown', userId: seller, count: 1},
      {outcome: 'unknown', userId: 0, count: 2},
      {outcome: 'refused', userId: 0, count: 1},
    ]
    expect(counted).toEqual(sums)
    expect(telemetry).toEqual(['unknown items', 'unknown items', 'unknown other', 'refused other'])
  })

  it('takes what does not say for which application it is', async () => {
    const {tell, turn, commits} = build()
    void tell(1, {application_id: undefined})
    await turn()
    expect(commits[0]?.batch[0]?.notification.application_id).toBe('4242')
    commits[0]?.end()
  })

  it('does not drop a seller who was connected this moment, and looks sellers up seldom otherwise', async () => {
    const {tell, turn, commits, users, clock, reads} = build()
    const accept = async (number: number, changes = {}) => {
      const receiving = tell(number, changes)
      await turn()
      commits.at(-1)?.end()
      return receiving
    }
    await accept(1)
    await accept(2)
    expect(reads()).toBe(1)
    users.push(5)
    expect(await accept(3, {user_id: 5})).toBe('accepted')
    expect(reads()).toBe(2)
    await clock.advance(5_000)
    await accept(4)
    expect(reads()).toBe(3)
  })

  it('writes the counts of what was dropped a second later', async () => {
    const {intake, counted, clock} = build()
    for (let n = 0; n < 1_000; n += 1) intake.refuse()
    await clock.advance(999)
    expect(counted).toEqual([])
    await clock.advance(1)
    expect(counted).toEqual([{outcome: 'refused', userId: 0, count: 1_000}])
  })
})
