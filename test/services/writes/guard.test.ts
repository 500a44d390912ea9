import {describe, expect, it} from '@jest/globals'
import type {Actor, WriteChoice} from '../../../src/services/writes/guard.js'
import {refusal, type Toolkit, toolkit} from '../../support/toolkit.js'

const plan = {title: 'Set the stock of MEC1 to 3', lines: ['available_quantity: 5 -> 3']}

async function open(kit: Toolkit, choice: Partial<WriteChoice> = {}, env = {}): Promise<Actor> {
  const app = Object.keys(env).length === 0 ? kit.app : kit.another(env)
  return (await app.writes.guard()).open({sandbox: false, ...choice})
}

/** A seller and a test user of hers, both connected. */
async function both() {
  const kit = await toolkit()
  const tester = await kit.connectTestUser()
  const [seller] = (await (await kit.app.store()).accounts.list()).filter((account) => !account.isTestUser)
  return {kit, tester, seller: seller!}
}

describe('the guard', () => {
  it('lets a test user write in silence', async () => {
    const {kit, tester} = await both()
    const actor = await open(kit, {sandbox: true})
    await actor.confirm(plan)
    expect(actor).toMatchObject({sandbox: true, identity: {userId: tester.user_id, isTestUser: true}})
    expect(actor.session.userId).toBe(tester.user_id)
    expect(kit.terminal.asked).toEqual([])
  })

  it('asks before a real account writes, and shows account, site and what will be done', async () => {
    const {kit, seller} = await both()
    kit.terminal.answers.set('Continue?', () => 'y')
    await (await open(kit)).confirm(plan)
    const shown = kit.terminal.heard.join('\n')
    for (const part of [seller.nickname, String(seller.userId), 'MEC', plan.title, plan.lines[0]]) {
      expect(shown).toContain(part)
    }
  })

  it.each(['', 'n', 'no', 'si', 'TIENDA', 'yesterday'])('takes %p for a no', async (answer) => {
    const {kit} = await both()
    kit.terminal.answers.set('Continue?', () => answer)
    const actor = await open(kit)
    expect(await refusal(actor.confirm(plan))).toMatchObject({code: 'MELI_NOT_CONFIRMED', exitCode: 8})
  })

  it('wants the nickname typed before what cannot be taken back', async () => {
    const {kit, seller} = await both()
    const actor = await open(kit)
    kit.terminal.answers.set('to continue', () => 'y')
    const severe = {...plan, severe: true}
    expect(await refusal(actor.confirm(severe))).toMatchObject({code: 'MELI_NOT_CONFIRMED'})
    kit.terminal.answers.set('to continue', () => ` ${seller.nickname.toLowerCase()} `)
    await actor.confirm(severe)
  })

  it('stops at the question when it is interrupted', async () => {
    const {kit} = await both()
    const actor = await open(kit)
    const stop = new AbortController()
    const asked = actor.confirm(plan, stop.signal)
    stop.abort(new Error('stopped'))
    await expect(asked).rejects.toThrow('stopped')
  })

  it('lets nobody forge a line of the question with what he wrote', async () => {
    const {kit} = await both()
    kit.terminal.answers.set('Continue?', () => 'y')
    // The spaces are many, to show that they take time by their number alone.
    const lines = [`Question: hola\r\n\n  Answer: No\u2028Answer: Never${' '.repeat(400_000)}.`, 'Answer: Yes']
    await (await open(kit)).confirm({...plan, lines})
    const said = kit.terminal.heard.join('\n').split(/[\n\u2028]/)
    expect(said.filter((line) => /^ *Answer/.test(line))).toEqual(['  Answer: Yes'])
  })

  it('names the flag where nobody can be asked', async () => {
    const {kit, seller} = await both()
    kit.terminal.interactive = false
    const refused = await refusal((await open(kit)).confirm(plan))
    expect(refused).toMatchObject({code: 'MELI_LIVE_NEEDED', exitCode: 2})
    expect(refused.suggestions[0]).toContain(`--live=${seller.nickname}`)
    expect(kit.terminal.asked).toEqual([])
  })

  it('tells what was asked for, values included, and nothing that people wrote', async () => {
    const {kit} = await both()
    kit.terminal.interactive = false
    const actor = await open(kit)
    const {message} = await refusal(actor.confirm({...plan, told: 'stock 5 -> 3'}))
    expect(message).toContain(`Asked for: ${plan.title}: stock 5 -> 3`)
    expect((await refusal(actor.confirm(plan))).message).not.toContain(plan.lines[0])
  })

  it('writes in silence for the account that --live names, case aside', async () => {
    const {kit, seller} = await both()
    kit.terminal.interactive = false
    await (await open(kit, {live: seller.nickname.toLowerCase()})).confirm({...plan, severe: true})
    expect(kit.terminal.asked).toEqual([])
  })

  it.each(['SOMEBODY_ELSE', '8035443', ' '])('refuses --live=%p', async (live) => {
    const {kit} = await both()
    expect(await refusal(open(kit, {live}))).toMatchObject({code: 'MELI_WRONG_ACCOUNT', exitCode: 8})
  })

  it('suggests to act as whom --live names only when that one is connected', async () => {
    const {kit, tester} = await both()
    for (const live of ['NOBODY', tester.nickname])
      expect((await refusal(open(kit, {live}))).suggestions.join()).not.toContain('--account')
    const {user_id} = await kit.connect('CASA_DEL_SUR')
    const other = (await (await kit.app.store()).accounts.list()).find((each) => each.userId === user_id)!
    const [first] = (await (await kit.app.store()).accounts.list()).filter((each) => !each.isTestUser)
    const refused = await refusal(open(kit, {account: first!.nickname, live: other.nickname}))
    expect(refused.suggestions).toContain(`--account ${other.nickname} --live=${other.nickname}`)
  })

  it('refuses --live with --sandbox', async () => {
    const {kit, tester} = await both()
    const choice = {sandbox: true, live: tester.nickname}
    expect(await refusal(open(kit, choice))).toMatchObject({code: 'MELI_USAGE', exitCode: 2})
  })

  it('refuses an account of the other kind', async () => {
    const {kit, tester, seller} = await both()
    const wrong = {code: 'MELI_WRONG_KIND', exitCode: 8}
    expect(await refusal(open(kit, {account: tester.nickname}))).toMatchObject(wrong)
    expect(await refusal(open(kit, {account: tester.nickname, live: tester.nickname}))).toMatchObject(wrong)
    expect(await refusal(open(kit, {account: seller.nickname, sandbox: true}))).toMatchObject(wrong)
  })

  it('refuses a test user whose tag is gone since the login', async () => {
    const {kit, tester} = await both()
    kit.emulator.world.users.get(tester.user_id)!.tags = ['normal']
    const refused = await refusal(open(kit, {sandbox: true}))
    expect(refused).toMatchObject({code: 'MELI_WRONG_KIND', exitCode: 8})
    expect(refused.message).toContain('any more')
  })

  it('refuses a real account that has become a test user since the login', async () => {
    const {kit, seller} = await both()
    kit.emulator.world.users.get(seller.userId)!.tags = ['normal', 'test_user']
    const refused = await refusal(open(kit, {live: seller.nickname}))
    expect(refused).toMatchObject({code: 'MELI_WRONG_KIND', exitCode: 8})
  })

  it('believes the service and not its own table', async () => {
    const {kit, seller} = await both()
    kit.sql('UPDATE mercadolibre_token SET is_test_user = 1 WHERE user_id = ?', seller.userId)
    expect(await refusal(open(kit, {account: seller.nickname, sandbox: true}))).toMatchObject({code: 'MELI_WRONG_KIND'})
  })

  it('refuses a token that speaks for somebody else than its row says', async () => {
    const {kit, seller} = await both()
    const other = kit.emulator.world.users.addReal({siteId: 'MEC'})
    const grants = kit.emulator.world.users.get(seller.userId)!
    Object.assign(grants, {id: other.id})
    expect(await refusal(open(kit, {live: seller.nickname}))).toMatchObject({code: 'MELI_WRONG_ACCOUNT', exitCode: 8})
  })

  describe('with MELI_ACCESS_TOKEN', () => {
    async function fixed(userId: number, kit: Toolkit) {
      return {MELI_ACCESS_TOKEN: (await kit.record(userId)).accessToken}
    }

    it('asks like with a stored account', async () => {
      const {kit, seller} = await both()
      kit.terminal.interactive = false
      const actor = await open(kit, {}, await fixed(seller.userId, kit))
      expect(await refusal(actor.confirm(plan))).toMatchObject({code: 'MELI_LIVE_NEEDED'})
    })

    it('refuses the wrong kind, the wrong nickname and the wrong site', async () => {
      const {kit, seller, tester} = await both()
      const [real, test] = [await fixed(seller.userId, kit), await fixed(tester.user_id, kit)]
      expect(await refusal(open(kit, {sandbox: true}, real))).toMatchObject({code: 'MELI_WRONG_KIND'})
      expect(await refusal(open(kit, {live: tester.nickname}, test))).toMatchObject({code: 'MELI_WRONG_KIND'})
      expect(await refusal(open(kit, {live: 'OTHER'}, real))).toMatchObject({code: 'MELI_WRONG_ACCOUNT'})
      const elsewhere = {site: 'MLB', live: seller.nickname}
      expect(await refusal(open(kit, elsewhere, real))).toMatchObject({code: 'MELI_WRONG_ACCOUNT'})
    })

    it('asks the service once who it is', async () => {
      const {kit, tester} = await both()
      const env = await fixed(tester.user_id, kit)
      const before = kit.requests('GET', '/users/me').length
      await open(kit, {sandbox: true}, env)
      expect(kit.requests('GET', '/users/me')).toHaveLength(before + 1)
    })
  })

  it('is opened by nothing in the environment', async () => {
    const {kit, seller} = await both()
    kit.terminal.interactive = false
    const {nickname} = seller
    const env = {MELI_LIVE: nickname, LIVE: nickname, MELI_YES: '1', MELI_SANDBOX: '1', MELI_ACCOUNT: nickname, CI: '1'}
    const actor = await open(kit, {}, env)
    expect(actor.sandbox).toBe(false)
    expect(await refusal(actor.confirm(plan))).toMatchObject({code: 'MELI_LIVE_NEEDED'})
  })
})
