import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import type {OperatorSession, SignInLink, Store} from '../../src/services/ports/index.js'
import {link, minutes, noon} from './store-contract.js'

const ana = 'ana@example.com'
const day = 24 * 60

function signInLink(changes: Partial<SignInLink> = {}): SignInLink {
  return {tokenHash: 'link-1', operator: ana, createdAt: noon, expiresAt: minutes(15), ...changes}
}

function newSession(idHash = 'session-1'): Omit<OperatorSession, 'operator'> {
  return {idHash, csrfToken: `csrf-of-${idHash}`, createdAt: noon, expiresAt: minutes(480)}
}

export function describeOperators(
  name: string,
  open: () => Promise<{store: Store; again: () => Promise<Store>}>,
): void {
  describe(name, () => {
    let store: Store
    let again: () => Promise<Store>

    beforeEach(async () => {
      ;({store, again} = await open())
      await store.operators.add(ana, noon)
    })
    afterEach(() => store.close())

    it('keeps one operator of a name', async () => {
      expect(await store.operators.add(ana, minutes(1))).toBe(false)
      expect(await store.operators.add('beto', minutes(1))).toBe(true)
      expect(await store.operators.list(noon)).toEqual([
        {name: ana, createdAt: noon, sessions: 0, stores: 0},
        {name: 'beto', createdAt: minutes(1), sessions: 0, stores: 0},
      ])
    })

    it('makes no link for somebody unknown', async () => {
      expect(await store.operators.addLink(signInLink({operator: 'nobody'}))).toBe(false)
      expect(await store.operators.signIn('link-1', newSession(), noon)).toEqual({outcome: 'unknown'})
    })

    it('begins a session with a link, once', async () => {
      await store.operators.addLink(signInLink())
      const session = {...newSession(), operator: ana}
      expect(await store.operators.signIn('link-1', newSession(), minutes(1))).toEqual({outcome: 'signed-in', session})
      expect(await store.operators.signIn('link-1', newSession('session-2'), minutes(1))).toEqual({outcome: 'used'})
      expect(await store.operators.session('session-1', minutes(2))).toEqual(session)
      expect(await store.operators.session('session-2', minutes(2))).toBeUndefined()
      expect(await store.operators.list(minutes(2))).toMatchObject([{name: ana, sessions: 1}])
    })

    it('begins one session of many uses of one link at once', async () => {
      await store.operators.addLink(signInLink())
      const others = [store, await again(), await again()]
      const uses = Array.from({length: 12}, (_, n) =>
        others[n % 3]!.operators.signIn('link-1', newSession(`session-${n}`), minutes(1)),
      )
      const outcomes = (await Promise.all(uses)).map(({outcome}) => outcome)
      expect(outcomes.filter((outcome) => outcome === 'signed-in')).toHaveLength(1)
      expect(outcomes.filter((outcome) => outcome === 'used')).toHaveLength(11)
      expect(await store.operators.list(minutes(2))).toMatchObject([{sessions: 1}])
      for (const other of others.slice(1)) await other.close()
    })

    it('takes no link after its time, and ends no session before its own', async () => {
      await store.operators.addLink(signInLink())
      expect(await store.operators.signIn('link-1', newSession(), minutes(15))).toEqual({outcome: 'expired'})
      await store.operators.addLink(signInLink({tokenHash: 'link-2'}))
      await store.operators.signIn('link-2', newSession(), minutes(14))
      expect(await store.operators.session('session-1', minutes(479))).toBeDefined()
      expect(await store.operators.session('session-1', minutes(480))).toBeUndefined()
    })

    it('keeps several links of one operator, each for one session', async () => {
      await store.operators.addLink(signInLink())
      await store.operators.addLink(signInLink({tokenHash: 'link-2'}))
      for (const n of [1, 2]) {
        expect(await store.operators.signIn(`link-${n}`, newSession(`session-${n}`), noon)).toMatchObject({
          outcome: 'signed-in',
        })
      }
      expect(await store.operators.list(noon)).toMatchObject([{sessions: 2}])
    })

    it('ends one session when it is signed out, and no other', async () => {
      for (const n of [1, 2]) {
        await store.operators.addLink(signInLink({tokenHash: `link-${n}`}))
        await store.operators.signIn(`link-${n}`, newSession(`session-${n}`), noon)
      }
      await store.operators.signOut('session-1')
      expect(await store.operators.session('session-1', noon)).toBeUndefined()
      expect(await store.operators.session('session-2', noon)).toBeDefined()
    })

    it('removes somebody with sessions, links and memberships', async () => {
      const {storeId} = await store.accounts.link(link({operator: ana}))
      await store.accounts.link(link({operator: 'beto'}))
      await store.operators.addLink(signInLink())
      await store.operators.signIn('link-1', newSession(), noon)
      await store.operators.addLink(signInLink({tokenHash: 'link-2'}))
      expect(await store.operators.remove(ana)).toEqual({unseen: 0})
      expect(await store.operators.remove(ana)).toBeUndefined()
      expect(await store.operators.list(noon)).toEqual([])
      expect(await store.operators.session('session-1', noon)).toBeUndefined()
      expect(await store.operators.signIn('link-2', newSession('session-2'), noon)).toEqual({outcome: 'unknown'})
      expect(await store.installs.storesOf(ana)).toEqual([])
      expect(await store.installs.storesOf('beto')).toEqual([storeId])
    })

    it('shares one store, or all, once', async () => {
      const {storeId} = await store.accounts.link(link({operator: 'beto'}))
      const shared = (added: boolean) => ({outcome: 'shared', stores: [{storeId, nickname: expect.any(String), added}]})
      expect(await store.operators.share('beto', undefined, noon)).toEqual({outcome: 'unknown-operator'})
      expect(await store.operators.share(ana, [storeId, 'nowhere'], noon)).toEqual({
        outcome: 'unknown-store',
        storeId: 'nowhere',
      })
      expect(await store.installs.storesOf(ana)).toEqual([])
      expect(await store.operators.share(ana, [storeId], noon)).toEqual(shared(true))
      expect(await store.operators.share(ana, undefined, noon)).toEqual(shared(false))
      expect(await store.installs.storesOf(ana)).toEqual([storeId])
      expect(await store.operators.list(noon)).toMatchObject([{name: ana, stores: 1}])
    })

    it('tells how many stores nobody sees when somebody is removed', async () => {
      await store.accounts.link(link({operator: ana}))
      expect(await store.operators.remove(ana)).toEqual({unseen: 1})
    })

    it('sweeps expired sessions, and links a day after they expired', async () => {
      await store.operators.addLink(signInLink())
      await store.operators.signIn('link-1', newSession(), noon)
      await store.operators.addLink(signInLink({tokenHash: 'link-2'}))
      expect(await store.operators.sweep(minutes(479))).toBe(0)
      expect(await store.operators.sweep(minutes(480))).toBe(1)
      expect(await store.operators.signIn('link-2', newSession(), minutes(480))).toEqual({outcome: 'expired'})
      expect(await store.operators.sweep(minutes(15 + day + 1))).toBe(2)
      expect(await store.operators.signIn('link-2', newSession(), minutes(480))).toEqual({outcome: 'unknown'})
    })
  })
}
