import {randomUUID} from 'node:crypto'
import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {fingerprint} from '../../src/core/fingerprint.js'
import type {
  Grant,
  Identity,
  Link,
  LoginAttempt,
  NewExchange,
  OthersLease,
  OtherUsersGrant,
  Product,
  Store,
  Variation,
} from '../../src/services/ports/index.js'
import {deadHolder, knowsTheDead} from './holders.js'

export const noon = new Date('2026-03-01T12:00:00.000Z')
export const minutes = (count: number) => new Date(noon.getTime() + count * 60_000)

export const seller = 8_035_443
export const buyer = 202_593_498

export function identity(changes: Partial<Identity> = {}): Identity {
  return {
    userId: seller,
    nickname: 'TIENDA_QUITO',
    email: 'tienda@example.com',
    siteId: 'MEC',
    tags: ['normal'],
    isTestUser: false,
    ...changes,
  }
}

export function grant(changes: Partial<Grant> = {}): Grant & {refreshToken: string} {
  return {
    userId: seller,
    accessToken: 'APP_USR-access-1',
    refreshToken: 'TG-refresh-1',
    scope: 'offline_access read write',
    expiresAt: minutes(360),
    ...changes,
  }
}

export function link(changes: Partial<Omit<Link, 'identity' | 'grant'>> & Who = {}): Link {
  const {userId = seller, who = {}, tokens = {}, ...rest} = changes
  return {
    identity: identity({userId, nickname: `USER_${userId}`, ...who}),
    grant: grant({userId, ...tokens}),
    clientId: '4242',
    operator: 'ana',
    grantedAt: noon,
    ...rest,
  }
}

interface Who {
  userId?: number
  who?: Partial<Identity>
  tokens?: Partial<Grant>
}

export function loginAttempt(changes: Partial<LoginAttempt> = {}): LoginAttempt {
  return {
    stateHash: randomUUID(),
    codeVerifier: 'verifier-of-this-login',
    redirectUri: 'https://example.com/callback',
    siteId: 'MEC',
    clientId: '4242',
    expect: null,
    bindingHash: null,
    next: null,
    createdAt: noon,
    expiresAt: minutes(15),
    ...changes,
  }
}

export function product(changes: Partial<Product> = {}): Product {
  const id = changes.id ?? 'MEC600000001'
  return {
    id,
    user_id: seller,
    site_id: 'MEC',
    title: 'Sombrero de paja toquilla',
    price: '1234567890.10',
    currency_id: 'USD',
    available_quantity: 3,
    sold_quantity: 0,
    status: 'active',
    seller_sku: 'SKU-1',
    category_id: 'MEC1234',
    listing_type_id: 'gold_special',
    condition: 'new',
    permalink: `https://articulo.mercadolibre.com.ec/${id}`,
    thumbnail: null,
    user_product_id: null,
    last_updated: noon,
    partial: false,
    variations: [],
    json: JSON.stringify({id, title: 'Sombrero de paja toquilla'}),
    ...changes,
  }
}

export function variation(id: number, changes: Partial<Variation> = {}): Variation {
  return {id, price: '10', available_quantity: 1, seller_sku: null, user_product_id: null, name: null, ...changes}
}

/** What every adapter keeps. `open` gives a store on an empty database, `again` one more connection to the same. */
export function describeStore(name: string, open: () => Promise<{store: Store; again: () => Promise<Store>}>): void {
  describe(name, () => {
    let store: Store
    let again: () => Promise<Store>

    beforeEach(async () => {
      const opened = await open()
      store = opened.store
      again = opened.again
    })

    afterEach(() => store.close())

    const refreshAttempt = (changes: Partial<NewExchange> = {}): NewExchange => ({
      kind: 'refresh',
      userId: seller,
      fingerprint: '0123456789abcdef',
      processId: 4211,
      host: 'workstation',
      reason: 'expires soon',
      sentAt: noon,
      ...changes,
    })

    describe('accounts', () => {
      it('gives back what was linked', async () => {
        const {storeId, created} = await store.accounts.link(link())
        expect(created).toBe(true)
        expect(storeId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/)
        const account = {
          userId: seller,
          nickname: `USER_${seller}`,
          email: 'tienda@example.com',
          siteId: 'MEC',
          isTestUser: false,
          isDefault: false,
          status: 'active',
          scope: 'offline_access read write',
          expiresAt: minutes(360),
          storeId,
          clientId: '4242',
          createdAt: noon,
          updatedAt: noon,
        }
        expect(await store.accounts.list()).toEqual([account])
        expect(await store.accounts.load(seller)).toEqual({
          ...account,
          accessToken: 'APP_USR-access-1',
          refreshToken: 'TG-refresh-1',
        })
      })

      it('knows nobody before the first login', async () => {
        expect(await store.accounts.list()).toEqual([])
        expect(await store.accounts.load(seller)).toBeUndefined()
        expect(await store.accounts.remove(seller)).toBe(false)
      })

      it('keeps ids of 53 bits', async () => {
        const userId = Number.MAX_SAFE_INTEGER
        await store.accounts.link(link({userId}))
        expect(await store.accounts.load(userId)).toMatchObject({userId})
      })

      it('keeps the newest grant, whichever of two logins at once is linked last', async () => {
        const later = link({grantedAt: minutes(2), tokens: {accessToken: 'APP_USR-later', refreshToken: 'TG-later'}})
        await store.accounts.link(later)
        await store.accounts.link(link({grantedAt: minutes(1), who: {nickname: 'NUEVO'}}))
        expect(await store.accounts.load(seller)).toMatchObject({refreshToken: 'TG-later', nickname: 'NUEVO'})
        await store.accounts.invalidate(seller, 'TG-later')
        await store.accounts.link(link({grantedAt: minutes(1)}))
        expect(await store.accounts.load(seller)).toMatchObject({refreshToken: 'TG-refresh-1', status: 'active'})
      })

      it('keeps the grant of a login behind which the clock was set back', async () => {
        await store.accounts.link(link({grantedAt: minutes(600)}))
        const tokens = {accessToken: 'APP_USR-now', refreshToken: 'TG-now'}
        await store.accounts.link(link({grantedAt: minutes(1), tokens}))
        expect(await store.accounts.load(seller)).toMatchObject(tokens)
      })

      it('keeps the grant that was asked for last by the journal, however far apart the two are and whatever the clock said', async () => {
        const answered = async (token: string) => {
          const exchangeId = await store.journal.begin(refreshAttempt({fingerprint: `sent for ${token}`}))
          return {exchangeId, received: fingerprint(token)}
        }
        const tokens = {accessToken: 'APP_USR-older', refreshToken: 'TG-older'}
        await store.heldGrants.hold('state:1', grant(tokens), '4242', noon, await answered('TG-older'))
        await store.accounts.link(link({grantedAt: minutes(-1)}))
        const next = grant({refreshToken: 'TG-newer'})
        const rotation = {userId: seller, spent: 'TG-refresh-1', next, answered: await answered('TG-newer')}
        for (const stored of [minutes(120), minutes(-120)]) {
          await store.accounts.rotate({...rotation, at: stored})
          await store.accounts.link(link({grantedAt: noon, tokens}))
          expect(await store.accounts.load(seller)).toMatchObject({refreshToken: 'TG-newer'})
          rotation.spent = 'TG-newer'
        }
        const held = await answered('TG-newest')
        await store.heldGrants.hold('state:2', grant({refreshToken: 'TG-newest'}), '4242', minutes(-240), held)
        await store.accounts.link(link({grantedAt: minutes(-240), tokens: {refreshToken: 'TG-newest'}}))
        expect(await store.accounts.load(seller)).toMatchObject({refreshToken: 'TG-newest'})
      })

      it('updates, and never doubles, a seller who connects again', async () => {
        const first = await store.accounts.link(link())
        await store.accounts.setDefault(seller)
        await store.accounts.invalidate(seller, 'TG-refresh-1')
        const second = await store.accounts.link(
          link({
            grantedAt: minutes(2),
            operator: 'luis',
            clientId: '77',
            who: {nickname: 'NUEVO', email: null},
            tokens: {accessToken: 'APP_USR-access-2', refreshToken: 'TG-refresh-2', expiresAt: minutes(400)},
          }),
        )
        expect(second).toEqual({storeId: first.storeId, created: false})
        expect(await store.accounts.list()).toHaveLength(1)
        expect(await store.accounts.load(seller)).toMatchObject({
          storeId: first.storeId,
          nickname: 'NUEVO',
          email: null,
          status: 'active',
          isDefault: true,
          clientId: '77',
          createdAt: noon,
          updatedAt: minutes(2),
          expiresAt: minutes(400),
          refreshToken: 'TG-refresh-2',
        })
      })

      it('lists the oldest first', async () => {
        await store.accounts.link(link({userId: 3, grantedAt: minutes(2)}))
        await store.accounts.link(link({userId: 2, grantedAt: minutes(1)}))
        await store.accounts.link(link({userId: 1, grantedAt: minutes(3)}))
        expect((await store.accounts.list()).map(({userId}) => userId)).toEqual([2, 3, 1])
      })

      it('has one default of each kind', async () => {
        const testUser = {isTestUser: true}
        for (const userId of [1, 2]) await store.accounts.link(link({userId}))
        for (const userId of [3, 4]) await store.accounts.link(link({userId, who: testUser}))
        for (const userId of [1, 3, 2, 4, 4]) await store.accounts.setDefault(userId)
        const defaults = (await store.accounts.list()).filter(({isDefault}) => isDefault)
        expect(defaults.map(({userId}) => userId)).toEqual([2, 4])
        // The service calls a real account a test user now: it must not push out the default of that kind.
        await store.accounts.link(link({userId: 2, who: testUser}))
        const left = (await store.accounts.list()).filter(({isDefault}) => isDefault)
        expect(left.map(({userId}) => userId)).toEqual([4])
      })

      it('does not make a stranger the default', async () => {
        await expect(store.accounts.setDefault(seller)).rejects.toMatchObject({code: 'MELI_ACCOUNT_UNKNOWN'})
      })

      it('replaces a spent refresh token and closes its journal entry', async () => {
        await store.accounts.link(link())
        const exchangeId = await store.journal.begin(refreshAttempt())
        const next = grant({accessToken: 'APP_USR-2', refreshToken: 'TG-2', expiresAt: minutes(720), scope: 'read'})
        const rotation = {
          userId: seller,
          spent: 'TG-refresh-1',
          next,
          answered: {exchangeId, received: 'fedcba9876543210'},
          at: minutes(1),
        }
        expect(await store.accounts.rotate(rotation)).toBe(true)
        expect(await store.accounts.load(seller)).toMatchObject({
          accessToken: 'APP_USR-2',
          refreshToken: 'TG-2',
          expiresAt: minutes(720),
          scope: 'read',
          status: 'active',
          updatedAt: minutes(1),
        })
        expect(await store.journal.recent(seller, 1)).toMatchObject([
          {outcome: 'stored', received: 'fedcba9876543210', finishedAt: minutes(1)},
        ])
      })

      it('changes nothing but the journal when another came first', async () => {
        await store.accounts.link(link())
        const exchangeId = await store.journal.begin(refreshAttempt())
        const before = await store.accounts.load(seller)
        const next = grant({refreshToken: 'TG-late'})
        const rotation = {
          userId: seller,
          spent: 'TG-older',
          next,
          answered: {exchangeId, received: 'fedcba9876543210'},
          at: minutes(1),
        }
        expect(await store.accounts.rotate(rotation)).toBe(false)
        expect(await store.accounts.invalidate(seller, 'TG-older')).toBe(false)
        expect(await store.accounts.load(seller)).toEqual(before)
        const closed = {outcome: 'failed', errorCode: 'MELI_ANSWER_SUPERSEDED', finishedAt: minutes(1)}
        expect(await store.journal.recent(seller, 1)).toMatchObject([closed])
      })

      it('does not rotate or invalidate what was removed', async () => {
        const rotation = {
          userId: seller,
          spent: 'TG-refresh-1',
          next: grant(),
          answered: {exchangeId: 'none', received: null},
          at: noon,
        }
        expect(await store.accounts.rotate(rotation)).toBe(false)
        expect(await store.accounts.invalidate(seller, 'TG-refresh-1')).toBe(false)
      })

      it('revives an invalid row when a new pair arrives', async () => {
        await store.accounts.link(link())
        expect(await store.accounts.invalidate(seller, 'TG-refresh-1')).toBe(true)
        expect(await store.accounts.load(seller)).toMatchObject({status: 'invalid', updatedAt: noon})
        const next = grant({refreshToken: 'TG-2'})
        const rotation = {
          userId: seller,
          spent: 'TG-refresh-1',
          next,
          answered: {exchangeId: 'none', received: null},
          at: minutes(2),
        }
        expect(await store.accounts.rotate(rotation)).toBe(true)
        expect(await store.accounts.load(seller)).toMatchObject({status: 'active'})
      })

      it('forgets a removed account with its journal, and no other', async () => {
        const {storeId} = await store.accounts.link(link())
        await store.accounts.link(link({userId: buyer}))
        await store.journal.begin(refreshAttempt())
        await store.journal.begin(refreshAttempt({userId: buyer}))
        await store.heldGrants.hold('state:abc', grant(), '4242', noon)
        expect(await store.accounts.remove(seller)).toBe(true)
        expect(await store.accounts.load(seller)).toBeUndefined()
        expect(await store.journal.recent(seller, 10)).toEqual([])
        expect(await store.heldGrants.find('state:abc')).toBeUndefined()
        expect(await store.accounts.list()).toMatchObject([{userId: buyer}])
        expect(await store.journal.recent(buyer, 10)).toHaveLength(1)
        // Who comes back has the same store: others may have noted its id.
        expect(await store.accounts.link(link())).toEqual({storeId, created: true})
      })
    })

    describe('leases', () => {
      beforeEach(() => store.accounts.link(link()))

      const acquire = (holder: string, until = minutes(1), expired?: OthersLease) =>
        store.accounts.acquireLease(seller, {holder, until, expired})

      it('are given to the first who asks', async () => {
        expect(await acquire('a')).toEqual({held: true})
      })

      it('are refused while another holds them, naming the holder', async () => {
        await acquire('a')
        expect(await acquire('b')).toEqual({held: false, holder: 'a', until: minutes(1)})
      })

      it('are not freed by the wall clock alone', async () => {
        await acquire('a', new Date(0))
        expect(await acquire('b')).toEqual({held: false, holder: 'a', until: new Date(0)})
      })

      it('are taken by who has seen them run out, unless they were prolonged since', async () => {
        await acquire('a')
        const seen = {holder: 'a', until: minutes(1)}
        await acquire('a', minutes(2))
        expect(await acquire('b', minutes(9), seen)).toMatchObject({held: false, until: minutes(2)})
        expect(await acquire('b', minutes(9), {...seen, until: minutes(2)})).toEqual({held: true})
        expect(await acquire('c', minutes(9), {...seen, until: minutes(2)})).toMatchObject({holder: 'b'})
      })

      it('are free at once when the process of their holder is gone', async () => {
        await acquire(deadHolder(), minutes(60))
        expect((await acquire('b')).held).toBe(knowsTheDead)
      })

      it('are prolonged for their holder', async () => {
        await acquire('a')
        expect(await acquire('a', minutes(5))).toEqual({held: true})
        expect(await acquire('b')).toMatchObject({until: minutes(5)})
      })

      it('are given back by their holder alone', async () => {
        await acquire('a')
        await store.accounts.releaseLease(seller, 'b')
        expect(await acquire('b')).toMatchObject({held: false})
        await store.accounts.releaseLease(seller, 'a')
        expect(await acquire('b')).toEqual({held: true})
      })

      it('belong to one credential each', async () => {
        await store.accounts.link(link({userId: buyer}))
        await acquire('a')
        expect(await store.accounts.acquireLease(buyer, {holder: 'b', until: minutes(1)})).toEqual({held: true})
      })

      it('do not exist for an account that is not connected', async () => {
        const lease = store.accounts.acquireLease(buyer, {holder: 'a', until: minutes(1)})
        await expect(lease).rejects.toMatchObject({code: 'MELI_ACCOUNT_UNKNOWN'})
      })

      it('are won by one of twenty connections', async () => {
        const stores = await Promise.all(Array.from({length: 20}, again))
        const leases = await Promise.all(
          stores.map((one, index) => one.accounts.acquireLease(seller, {holder: `holder-${index}`, until: minutes(1)})),
        )
        await Promise.all(stores.map((one) => one.close()))
        expect(leases.filter(({held}) => held)).toHaveLength(1)
      })
    })

    describe('held grants', () => {
      it('are found by their origin until they are dropped', async () => {
        const id = await store.heldGrants.hold('state:abc', grant(), '4242', noon)
        const held = {id, origin: 'state:abc', grant: grant(), clientId: '4242', createdAt: noon}
        expect(await store.heldGrants.find('state:abc')).toEqual(held)
        expect(await store.heldGrants.find('state:other')).toBeUndefined()
        await store.heldGrants.drop(id)
        expect(await store.heldGrants.find('state:abc')).toBeUndefined()
      })

      it('of another account are found for the one that they belong to, since a time', async () => {
        const ofBuyer = {userId: buyer, clientId: '4242'}
        await store.heldGrants.hold('state:abc', grant({userId: buyer}), '4242', minutes(3))
        const setAside = async (at: Date) =>
          store.heldGrants.setAside({
            ...{grant: grant({userId: buyer}), clientId: '4242', at, until: minutes(9999)},
            exchangeId: await store.journal.begin(refreshAttempt()),
          })
        await setAside(minutes(1))
        const id = await setAside(minutes(2))
        expect(await store.heldGrants.setAsideSince(ofBuyer, noon)).toBe(id)
        expect(await store.heldGrants.setAsideSince(ofBuyer, minutes(3))).toBeUndefined()
        expect(await store.heldGrants.setAsideSince({...ofBuyer, clientId: '77'}, noon)).toBeUndefined()
        expect(await store.heldGrants.setAsideSince({...ofBuyer, userId: seller}, noon)).toBeUndefined()
      })

      it('may lack a refresh token', async () => {
        const {refreshToken: _, ...bare} = grant()
        await store.heldGrants.hold('import:1', bare, '4242', noon)
        expect((await store.heldGrants.find('import:1'))?.grant).toEqual(bare)
      })

      it('come back newest first, and none replaces another', async () => {
        const first = await store.heldGrants.hold('state:abc', grant({refreshToken: 'TG-1'}), '4242', noon)
        const second = await store.heldGrants.hold('state:abc', grant({refreshToken: 'TG-2'}), '4242', noon)
        expect(await store.heldGrants.find('state:abc')).toMatchObject({id: second})
        await store.heldGrants.drop(second)
        expect(await store.heldGrants.find('state:abc')).toMatchObject({id: first})
      })

      it('of another account are kept until somebody decides about them', async () => {
        const exchangeId = await store.journal.begin(refreshAttempt())
        const strange = grant({userId: buyer, refreshToken: 'TG-other'})
        const until = minutes(9999)
        const id = await store.heldGrants.setAside({grant: strange, clientId: '4242', exchangeId, at: noon, until})
        const closed = {outcome: 'failed', errorCode: 'MELI_GRANT_MISMATCH', received: fingerprint('TG-other')}
        expect(await store.journal.recent(seller, 1)).toMatchObject([closed])
        const install = {id, userId: buyer, identified: false, nickname: '', pendingUntil: until}
        expect(await store.installs.list()).toMatchObject([install])
        expect(await store.installs.load(id)).toMatchObject({held: {grant: strange}})
        expect(await store.installs.complete(id, 'ana', noon)).toEqual({state: 'unknown'})
        expect(await store.installs.pend(id, identity({userId: buyer}), minutes(1))).toBe(id)
        expect(await store.installs.complete(id, 'ana', noon)).toMatchObject({state: 'linked'})
        expect(await store.accounts.load(buyer)).toMatchObject({refreshToken: 'TG-other'})
      })

      it('of another account end the trust in what was sent for them, in the same transaction', async () => {
        const strange = {grant: grant({userId: buyer}), clientId: '4242', at: noon, until: minutes(9999)}
        await store.accounts.link(link())
        const sent = async (distrust: NonNullable<OtherUsersGrant['distrust']>) =>
          store.heldGrants.setAside({...strange, exchangeId: await store.journal.begin(refreshAttempt()), distrust})
        // Another process has stored a newer token meanwhile: that one is trusted.
        await sent({userId: seller, spent: 'TG-older'})
        expect(await store.accounts.list()).toMatchObject([{status: 'active'}])
        await sent({userId: seller, spent: 'TG-refresh-1'})
        expect(await store.accounts.list()).toMatchObject([{status: 'invalid'}])
        const id = await store.heldGrants.hold('state:abc', grant(), '4242', minutes(1))
        await store.installs.pend(id, identity(), minutes(99))
        await sent({installationId: id, spent: 'TG-older'})
        expect((await store.installs.list()).map(({userId}) => userId).sort()).toEqual(
          [seller, buyer, buyer, buyer].sort(),
        )
        await sent({installationId: id, spent: 'TG-refresh-1'})
        expect((await store.installs.list()).map(({userId}) => userId)).toEqual([buyer, buyer, buyer, buyer])
      })

      it('end when they are linked', async () => {
        await store.heldGrants.hold('state:old', grant(), '4242', noon)
        await store.heldGrants.hold('state:abc', grant(), '4242', minutes(1))
        await store.heldGrants.hold('state:new', grant(), '4242', minutes(2))
        await store.accounts.link(link({grantedAt: minutes(1)}))
        expect(await store.heldGrants.find('state:old')).toBeUndefined()
        expect(await store.heldGrants.find('state:abc')).toBeUndefined()
        expect(await store.heldGrants.find('state:new')).toBeDefined()
      })
    })

    describe('the journal', () => {
      it('tells the newest spends first, up to the limit', async () => {
        const ids = []
        for (const sentAt of [minutes(1), minutes(3), minutes(2), minutes(3)]) {
          ids.push(await store.journal.begin(refreshAttempt({sentAt})))
        }
        const told = (await store.journal.recent(seller, 3)).map(({id}) => id)
        expect(told).toEqual([ids[3], ids[1], ids[2]])
      })

      it('writes down how a spend ended', async () => {
        const id = await store.journal.begin(refreshAttempt())
        const sent = {...refreshAttempt(), id, received: null, outcome: 'sent', finishedAt: null, errorCode: null}
        expect(await store.journal.recent(seller, 5)).toEqual([sent])
        await store.journal.finish(id, 'failed', 'MELI_TIMED_OUT', minutes(1))
        const failed = {...sent, outcome: 'failed', finishedAt: minutes(1), errorCode: 'MELI_TIMED_OUT'}
        expect(await store.journal.recent(seller, 5)).toEqual([failed])
      })

      it('does not take back that an answer was stored', async () => {
        const id = await store.journal.begin(refreshAttempt())
        await store.journal.finish(id, 'stored', null, minutes(1))
        await store.journal.finish(id, 'failed', 'MELI_UNEXPECTED', minutes(2))
        expect(await store.journal.recent(seller, 5)).toMatchObject([{outcome: 'stored', errorCode: null}])
      })

      it('tells what was sent since a token came, whatever the clock said', async () => {
        const brought = await store.journal.begin(refreshAttempt({sentAt: minutes(9)}))
        await store.heldGrants.hold('state:1', grant(), '4242', noon, {exchangeId: brought, received: 'its-own'})
        const later = await store.journal.begin(refreshAttempt({kind: 'login', sentAt: minutes(1)}))
        const newest = await store.journal.begin(refreshAttempt({kind: 'revocation', fingerprint: null}))
        await store.journal.begin(refreshAttempt({userId: buyer}))
        const unsent = await store.journal.begin(refreshAttempt())
        await store.journal.finish(unsent, 'failed', null, minutes(1))
        const ids = async (fingerprint: string, storedAt: Date) =>
          (await store.journal.since(seller, {fingerprint, storedAt})).map(({id}) => id)
        expect(await ids('its-own', minutes(99))).toEqual([newest, later])
        // Not brought by an exchange of the journal: then the time counts, and what sent this very token.
        expect(await ids('unknown', minutes(1))).toEqual([later, brought])
        expect(await ids('0123456789abcdef', minutes(99))).toEqual([later, brought])
      })

      it('begins an exchange once for those who know the same of a token', async () => {
        const first = await store.journal.beginUnlessSent(refreshAttempt({kind: 'import'}), undefined)
        expect(first).toBeDefined()
        expect(await store.journal.beginUnlessSent(refreshAttempt(), undefined)).toBeUndefined()
        const second = await store.journal.beginUnlessSent(refreshAttempt(), first)
        expect((await store.journal.ofToken('0123456789abcdef')).map(({id}) => id)).toEqual([second, first])
        expect(await store.journal.beginUnlessSent(refreshAttempt({fingerprint: 'other'}), undefined)).toBeDefined()
      })

      it('closes an exchange in the transaction that holds its answer', async () => {
        const id = await store.journal.begin(refreshAttempt({kind: 'login'}))
        await store.heldGrants.hold('state:1', grant(), '4242', minutes(1), {exchangeId: id, received: 'new'})
        const closed = {outcome: 'stored', received: 'new', finishedAt: minutes(1), errorCode: null}
        expect(await store.journal.recent(seller, 1)).toMatchObject([closed])
      })
    })

    describe('logins', () => {
      const code = (sentAt = minutes(1)): NewExchange => refreshAttempt({kind: 'login', fingerprint: 'code', sentAt})

      it('are used up once, together with the entry of their code', async () => {
        const attempt = loginAttempt({expect: 'TIENDA_QUITO'})
        await store.logins.begin(attempt)
        expect(await store.logins.find(attempt.stateHash, noon)).toEqual({outcome: 'open', attempt})
        const id = await store.logins.consume(attempt.stateHash, code())
        const [exchange] = await store.journal.recent(seller, 1)
        expect(exchange).toMatchObject({...code(), id, outcome: 'sent'})
        expect(await store.logins.consume(attempt.stateHash, code(minutes(2)))).toBeUndefined()
        expect(await store.logins.find(attempt.stateHash, minutes(60))).toEqual({outcome: 'used', attempt, exchange})
        expect(await store.journal.recent(seller, 9)).toHaveLength(1)
      })

      it('are open again when their code never left', async () => {
        const attempt = loginAttempt()
        await store.logins.begin(attempt)
        const id = await store.logins.consume(attempt.stateHash, code())
        await store.logins.reopen(id!, minutes(2))
        expect(await store.journal.recent(seller, 9)).toMatchObject([{id, outcome: 'failed', errorCode: null}])
        expect(await store.logins.find(attempt.stateHash, minutes(2))).toEqual({outcome: 'open', attempt})
        expect(await store.logins.find(attempt.stateHash, minutes(15))).toEqual({outcome: 'expired'})
        expect(await store.logins.consume(attempt.stateHash, code(minutes(3)))).toBeDefined()
      })

      it('tell nothing of an exchange that was wiped with its account', async () => {
        const attempt = loginAttempt()
        await store.logins.begin(attempt)
        await store.logins.consume(attempt.stateHash, code())
        await store.accounts.remove(seller)
        expect(await store.logins.find(attempt.stateHash, noon)).toEqual({outcome: 'used', attempt})
      })

      it('may go without a verifier', async () => {
        const attempt = loginAttempt({codeVerifier: null})
        await store.logins.begin(attempt)
        expect(await store.logins.find(attempt.stateHash, noon)).toEqual({outcome: 'open', attempt})
      })

      it('expire, to the millisecond', async () => {
        const [late, intime] = [loginAttempt(), loginAttempt()]
        await store.logins.begin(late)
        await store.logins.begin(intime)
        expect(await store.logins.find(late.stateHash, minutes(15))).toEqual({outcome: 'expired'})
        expect(await store.logins.consume(late.stateHash, code(minutes(15)))).toBeUndefined()
        const before = new Date(minutes(15).getTime() - 1)
        expect(await store.logins.find(intime.stateHash, before)).toMatchObject({outcome: 'open'})
        expect(await store.logins.consume(intime.stateHash, code(before))).toBeDefined()
      })

      it('are unknown when they were not begun here', async () => {
        expect(await store.logins.find('elsewhere', noon)).toEqual({outcome: 'unknown'})
        expect(await store.logins.consume('elsewhere', code())).toBeUndefined()
        expect(await store.journal.recent(seller, 9)).toEqual([])
      })

      it('are swept a day after they expired', async () => {
        const old = loginAttempt()
        const day = 24 * 60
        await store.logins.begin(old)
        await store.logins.begin(loginAttempt({createdAt: minutes(15 + day), expiresAt: minutes(30 + day)}))
        expect(await store.logins.find(old.stateHash, minutes(day))).toEqual({outcome: 'expired'})
        await store.logins.begin(loginAttempt({createdAt: minutes(16 + day), expiresAt: minutes(31 + day)}))
        expect(await store.logins.find(old.stateHash, minutes(day))).toEqual({outcome: 'unknown'})
      })

      it('have one winner of twenty connections', async () => {
        const attempt = loginAttempt()
        await store.logins.begin(attempt)
        const stores = await Promise.all(Array.from({length: 20}, again))
        const ids = await Promise.all(stores.map((one) => one.logins.consume(attempt.stateHash, code())))
        await Promise.all(stores.map((one) => one.close()))
        expect(ids.filter((id) => id !== undefined)).toHaveLength(1)
        expect(await store.journal.recent(seller, 99)).toHaveLength(1)
      })
    })

    describe('test users', () => {
      const intent = {ownerUserId: seller, siteId: 'MEC', role: 'seller', at: noon} as const
      const credentials = {userId: 900_001, nickname: 'TESTABC123', password: 'qatest4242', siteStatus: 'active'}

      it('are an intent first and credentials after', async () => {
        const intentId = await store.testUsers.intend(intent)
        const intended = {
          intentId,
          ownerUserId: seller,
          userId: null,
          nickname: null,
          siteId: 'MEC',
          role: 'seller',
          siteStatus: null,
          state: 'intended',
          createdAt: noon,
        }
        expect(await store.testUsers.list()).toEqual([intended])
        await store.testUsers.complete(intentId, credentials, minutes(1))
        const {password, ...open} = credentials
        const created = {...intended, ...open, state: 'created'}
        expect(await store.testUsers.list()).toEqual([created])
        expect(await store.testUsers.reveal('testabc123')).toEqual({...created, password})
        expect(await store.testUsers.reveal('900001')).toEqual({...created, password})
        expect(await store.testUsers.reveal('somebody')).toBeUndefined()
      })

      it('remember a refusal', async () => {
        const intentId = await store.testUsers.intend(intent)
        await store.testUsers.fail(intentId, minutes(1))
        expect(await store.testUsers.list()).toMatchObject([{intentId, state: 'failed'}])
      })

      it('are not lost silently when their intent is gone', async () => {
        const completed = store.testUsers.complete('gone', credentials, noon)
        await expect(completed).rejects.toThrow(expect.not.stringContaining('qatest4242'))
        expect(await store.testUsers.list()).toEqual([])
      })

      it('replace an older one with the same id', async () => {
        const first = await store.testUsers.intend(intent)
        await store.testUsers.complete(first, credentials, noon)
        const second = await store.testUsers.intend({...intent, at: minutes(1)})
        await store.testUsers.complete(second, {...credentials, password: 'other'}, minutes(1))
        expect(await store.testUsers.list()).toMatchObject([{intentId: second}])
        expect(await store.testUsers.reveal('900001')).toMatchObject({password: 'other'})
      })

      it('are adopted from elsewhere, again and again', async () => {
        const adopted = {...credentials, ownerUserId: seller, siteId: 'MLB', role: 'buyer', at: noon} as const
        await store.testUsers.adopt(adopted)
        await store.testUsers.adopt({
          ...adopted,
          ownerUserId: null,
          password: 'changed',
          siteStatus: null,
          at: minutes(1),
        })
        expect(await store.testUsers.list()).toHaveLength(1)
        expect(await store.testUsers.reveal('TESTABC123')).toMatchObject({
          ownerUserId: seller,
          siteId: 'MLB',
          role: 'buyer',
          state: 'created',
          password: 'changed',
          siteStatus: null,
          createdAt: noon,
        })
      })

      it('are listed oldest first and forgotten by any of their names', async () => {
        const ids = []
        for (const at of [minutes(2), noon, minutes(1)]) ids.push(await store.testUsers.intend({...intent, at}))
        expect((await store.testUsers.list()).map(({intentId}) => intentId)).toEqual([ids[1], ids[2], ids[0]])
        await store.testUsers.complete(ids[0]!, credentials, noon)
        await store.testUsers.complete(ids[1]!, {...credentials, userId: 900_002, nickname: 'TESTOTHER'}, noon)
        for (const name of ['900001', 'testother', ids[2]!]) expect(await store.testUsers.forget(name, noon)).toBe(true)
        expect(await store.testUsers.list()).toMatchObject([{state: 'forgotten'}, {state: 'forgotten'}])
        for (const name of ['900001', ids[1]!]) expect(await store.testUsers.forget(name, noon)).toBe(false)
      })

      it('fill the quota of their owner for sixty days after they are forgotten', async () => {
        const adopted = {...credentials, ownerUserId: seller, siteId: 'MLB', role: 'buyer', at: noon} as const
        await store.testUsers.adopt(adopted)
        await store.testUsers.forget('900001', noon)
        expect(await store.testUsers.reveal('900001')).toBeUndefined()
        const days = (count: number) => minutes(count * 24 * 60)
        await store.testUsers.intend({...intent, at: days(59)})
        expect(await store.testUsers.list()).toMatchObject([{userId: 900_001, state: 'forgotten'}, {state: 'intended'}])
        await store.testUsers.intend({...intent, at: days(61)})
        expect(await store.testUsers.list()).toMatchObject([{state: 'intended'}, {state: 'intended'}])
      })

      it('come back when they are adopted again', async () => {
        const adopted = {...credentials, ownerUserId: seller, siteId: 'MLB', role: 'buyer', at: noon} as const
        await store.testUsers.adopt(adopted)
        await store.testUsers.forget('900001', noon)
        await store.testUsers.adopt({...adopted, ownerUserId: null})
        expect(await store.testUsers.list()).toMatchObject([{ownerUserId: seller, state: 'created'}])
        expect(await store.testUsers.reveal('900001')).toMatchObject({password: 'qatest4242'})
      })

      it('of no known owner are forgotten altogether', async () => {
        await store.testUsers.adopt({...credentials, ownerUserId: null, siteId: 'MLB', role: 'buyer', at: noon})
        expect(await store.testUsers.forget('TESTABC123', noon)).toBe(true)
        expect(await store.testUsers.list()).toEqual([])
      })

      it('are found by ids of 53 bits, and by no longer number', async () => {
        const userId = Number.MAX_SAFE_INTEGER
        await store.testUsers.adopt({...credentials, userId, ownerUserId: null, siteId: 'MLB', role: 'buyer', at: noon})
        expect(await store.testUsers.reveal('9007199254740991')).toMatchObject({userId})
        expect(await store.testUsers.reveal('9007199254740992')).toBeUndefined()
        expect(await store.testUsers.forget('9007199254740991', noon)).toBe(true)
      })
    })
  })
}
