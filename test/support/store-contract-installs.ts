import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {newHolder} from '../../src/core/holder.js'
import type {NewExchange, Store} from '../../src/services/ports/index.js'
import {deadHolder, knowsTheDead} from './holders.js'
import {buyer, grant, identity, link, minutes, noon, seller} from './store-contract.js'

const week = 7 * 24 * 60
const ana = 'ana@example.com'

export function describeInstalls(name: string, open: () => Promise<{store: Store; again: () => Promise<Store>}>): void {
  describe(name, () => {
    let store: Store
    let again: () => Promise<Store>

    beforeEach(async () => {
      ;({store, again} = await open())
    })
    afterEach(() => store.close())

    const hold = (origin = 'state:1', at = noon, userId = seller, tokens = {}) =>
      store.heldGrants.hold(origin, grant({userId, ...tokens}), '4242', at)

    /** A pending installation, and its id. */
    async function pending(origin?: string, at?: Date, userId = seller): Promise<string> {
      const id = await hold(origin, at, userId)
      await store.installs.pend(id, identity({userId, nickname: `USER_${userId}`}), minutes(week))
      return id
    }

    const attempt = (userId = seller) =>
      store.journal.begin({
        userId,
        kind: 'pending_refresh',
        fingerprint: '0123456789abcdef',
        processId: 1,
        host: 'here',
        reason: 'kept alive',
        sentAt: noon,
      })

    it('shows what waits for an operator, without its secrets', async () => {
      const id = await pending()
      await hold('state:2', noon, buyer)
      const install = {
        id,
        userId: seller,
        identified: true,
        nickname: `USER_${seller}`,
        siteId: 'MEC',
        isTestUser: false,
        clientId: '4242',
        createdAt: noon,
        pendingUntil: minutes(week),
        expiresAt: minutes(360),
      }
      expect(await store.installs.list()).toEqual([install])
      expect(await store.installs.find(id)).toEqual({state: 'pending', install})
      expect(await store.installs.load(id)).toMatchObject({install, held: {id, origin: 'state:1', grant: grant()}})
    })

    it('knows no installation of a grant that only is held, or is none', async () => {
      const id = await hold()
      expect(await store.installs.find(id)).toEqual({state: 'unknown'})
      expect(await store.installs.load(id)).toBeUndefined()
      expect(await store.installs.complete(id, ana, noon)).toEqual({state: 'unknown'})
      expect(await store.installs.remove(id)).toBe(false)
      expect(await store.installs.acquireLease(id, {holder: 'me', until: minutes(1)})).toBeUndefined()
      expect(await store.installs.pend('nothing', identity(), minutes(week))).toBeUndefined()
      expect(await store.installs.pend(id, identity({userId: buyer}), minutes(week))).toBeUndefined()
      expect(await store.heldGrants.find('state:1')).toMatchObject({id})
    })

    it('counts the time from when it began to wait, whatever is asked again', async () => {
      const id = await pending()
      expect(await store.installs.pend(id, identity({nickname: 'RENAMED'}), minutes(2 * week))).toBe(id)
      expect(await store.installs.list()).toMatchObject([{nickname: 'RENAMED', pendingUntil: minutes(week)}])
    })

    it('keeps the newest of one seller, whichever is told of last', async () => {
      const [first, second] = [await hold('state:1', noon), await hold('state:2', minutes(1))]
      await pending('state:3', noon, buyer)
      expect(await store.installs.pend(second, identity(), minutes(week))).toBe(second)
      expect(await store.installs.pend(first, identity(), minutes(week))).toBe(second)
      expect((await store.installs.list()).map(({userId}) => userId).sort()).toEqual([seller, buyer].sort())
      expect(await store.installs.find(first)).toEqual({state: 'unknown'})
    })

    it('keeps the one that was exchanged last when the clock was set back in between', async () => {
      const first = await pending('state:1', minutes(60))
      const second = await hold('state:2', noon)
      expect(await store.installs.pend(second, identity(), minutes(week))).toBe(second)
      expect(await store.installs.find(first)).toEqual({state: 'unknown'})
    })

    it('links one to the store of whoever completes it, and remembers that', async () => {
      const id = await pending()
      const completed = await store.installs.complete(id, ana, minutes(5))
      const account = await store.accounts.load(seller)
      expect(completed).toEqual({
        state: 'linked',
        storeId: account?.storeId,
        nickname: `USER_${seller}`,
        operator: ana,
        linkedAt: minutes(5),
      })
      expect(account).toMatchObject({...grant(), email: 'tienda@example.com', status: 'active', createdAt: noon})
      expect(await store.installs.storesOf(ana)).toEqual([account?.storeId])
      expect(await store.installs.ownerOf(seller)).toBe(ana)
      expect(await store.installs.list()).toEqual([])
      expect(await store.heldGrants.find('state:1')).toBeUndefined()
      expect(await store.installs.find(id)).toEqual(completed)
      expect(await store.installs.complete(id, 'beto', minutes(6))).toEqual(completed)
      expect(await store.installs.storesOf('beto')).toEqual([])
    })

    it('links it once for any number of operators at once', async () => {
      const id = await pending()
      const others = [store, await again(), await again()]
      const all = await Promise.all(
        Array.from({length: 9}, (_, n) => others[n % 3]!.installs.complete(id, `operator-${n}`, minutes(1))),
      )
      expect(all[0]).toMatchObject({state: 'linked'})
      expect(all).toEqual(all.map(() => all[0]))
      const members = await Promise.all(all.map((_, n) => store.installs.storesOf(`operator-${n}`)))
      expect(members.flat()).toHaveLength(1)
      for (const other of others.slice(1)) await other.close()
    })

    it('links nothing whose time is over', async () => {
      const id = await pending()
      expect(await store.installs.complete(id, ana, minutes(week))).toEqual({state: 'unknown'})
      expect(await store.accounts.list()).toEqual([])
    })

    it('links nothing while its token is being refreshed', async () => {
      const id = await pending()
      expect(await store.installs.acquireLease(id, {holder: 'keeper', until: minutes(1)})).toEqual({held: true})
      const other = await store.installs.acquireLease(id, {holder: 'other', until: minutes(1)})
      expect(other).toEqual({held: false, holder: 'keeper', until: minutes(1)})
      expect(await store.installs.complete(id, ana, noon)).toEqual({state: 'busy', until: minutes(1)})
      const next = {...grant(), refreshToken: 'TG-refresh-2', accessToken: 'APP_USR-access-2', expiresAt: minutes(720)}
      const rotation = {
        id,
        spent: 'TG-refresh-1',
        next,
        answered: {exchangeId: await attempt(), received: null},
        at: noon,
      }
      expect(await store.installs.rotate(rotation)).toBe(true)
      expect(await store.journal.recent(seller, 1)).toMatchObject([{outcome: 'stored'}])
      await store.installs.releaseLease(id, 'other')
      expect(await store.installs.complete(id, ana, noon)).toMatchObject({state: 'busy'})
      await store.installs.releaseLease(id, 'keeper')
      expect(await store.installs.complete(id, ana, noon)).toMatchObject({state: 'linked'})
      expect(await store.accounts.load(seller)).toMatchObject({refreshToken: 'TG-refresh-2', expiresAt: minutes(720)})
    })

    it('stores no token for one that was spent already, or that is linked', async () => {
      const id = await pending()
      const next = {...grant(), refreshToken: 'TG-refresh-2'}
      const rotate = async (spent: string) =>
        store.installs.rotate({id, spent, next, answered: {exchangeId: await attempt(), received: null}, at: noon})
      expect(await rotate('TG-refresh-0')).toBe(false)
      expect(await store.journal.recent(seller, 1)).toMatchObject([
        {outcome: 'failed', errorCode: 'MELI_ANSWER_SUPERSEDED'},
      ])
      await store.installs.complete(id, ana, noon)
      expect(await rotate('TG-refresh-1')).toBe(false)
      expect(await store.accounts.load(seller)).toMatchObject({refreshToken: 'TG-refresh-1'})
    })

    it('goes with the token that was refused, and stays with a newer one', async () => {
      const id = await pending()
      expect(await store.installs.removeRefused(id, 'TG-refresh-0')).toBe(false)
      expect(await store.installs.find(id)).toMatchObject({state: 'pending'})
      expect(await store.installs.removeRefused(id, 'TG-refresh-1')).toBe(true)
      expect(await store.installs.removeRefused(id, 'TG-refresh-1')).toBe(false)
      expect(await store.installs.list()).toEqual([])
    })

    it('lets a lease run out', async () => {
      const id = await pending()
      await store.installs.acquireLease(id, {holder: 'killed', until: minutes(1)})
      const next = {holder: 'next', until: minutes(2)}
      expect(await store.installs.acquireLease(id, next)).toMatchObject({held: false})
      const expired = {holder: 'killed', until: minutes(1)}
      expect(await store.installs.acquireLease(id, {...next, expired})).toEqual({held: true})
    })

    it('frees the lease of a process that is gone, and links while it is held by one', async () => {
      const id = await pending()
      await store.installs.acquireLease(id, {holder: deadHolder(), until: minutes(60)})
      const state = knowsTheDead ? 'linked' : 'busy'
      expect(await store.installs.complete(id, ana, noon)).toMatchObject({state})
    })

    it('links nothing while a process that is alive refreshes it, whatever the wall clock says', async () => {
      const id = await pending()
      await store.installs.acquireLease(id, {holder: newHolder(), until: new Date(0)})
      // Without a start time, as on macOS and Windows, it is not known that it is alive.
      const state = process.platform === 'linux' ? 'busy' : 'linked'
      expect(await store.installs.complete(id, ana, noon)).toMatchObject({state})
    })

    it('ends what waits of a seller with a newer login of the same one, and nothing of others', async () => {
      const [mine, other] = [await pending('state:1'), await pending('state:2', noon, buyer)]
      await store.accounts.link(link({grantedAt: minutes(1)}))
      expect(await store.installs.find(mine)).toEqual({state: 'unknown'})
      expect(await store.installs.find(other)).toMatchObject({state: 'pending'})
      const newer = await pending('state:3', minutes(5))
      await store.accounts.link(link({grantedAt: minutes(2)}))
      expect(await store.installs.find(newer)).toMatchObject({state: 'pending'})
    })

    it('forgets grants of logins that nobody can come back for, and no others', async () => {
      await hold('state:1')
      await hold('import:1', noon, buyer)
      const waiting = await pending('state:2', noon, 77)
      expect(await store.installs.sweepHeld(noon)).toBe(0)
      expect(await store.installs.sweepHeld(minutes(1))).toBe(1)
      expect(await store.heldGrants.find('state:1')).toBeUndefined()
      expect(await store.heldGrants.find('import:1')).toBeDefined()
      expect(await store.installs.find(waiting)).toMatchObject({state: 'pending'})
    })

    it('knows no owner of a seller who is not connected', async () => {
      expect(await store.installs.ownerOf(seller)).toBeUndefined()
    })

    it('keeps a state for the browser that has the cookie it was begun with', async () => {
      const state = {
        stateHash: 'bound',
        codeVerifier: 'verifier',
        redirectUri: 'https://example.com/callback',
        siteId: 'MEC',
        clientId: '4242',
        expect: null,
        bindingHash: 'cookie',
        next: '/stores',
        createdAt: noon,
        expiresAt: minutes(15),
      }
      await store.logins.begin(state)
      const code: NewExchange = {
        kind: 'login',
        userId: seller,
        fingerprint: 'code',
        processId: 1,
        host: 'here',
        reason: 'login',
        sentAt: noon,
      }
      for (const cookie of [undefined, 'another']) {
        expect(await store.logins.find('bound', noon, cookie)).toEqual({outcome: 'unknown'})
        expect(await store.logins.consume('bound', code, cookie)).toBeUndefined()
      }
      expect(await store.logins.find('bound', noon, 'cookie')).toEqual({outcome: 'open', attempt: state})
      expect(await store.logins.consume('bound', code, 'cookie')).toBeDefined()
      expect(await store.logins.find('bound', noon, 'another')).toEqual({outcome: 'unknown'})
      expect(await store.logins.find('bound', noon, 'cookie')).toMatchObject({outcome: 'used'})
    })
  })
}
