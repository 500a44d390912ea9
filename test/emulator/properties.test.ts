import {describe, expect, it} from '@jest/globals'
import * as v from 'valibot'
import {duration} from '../../src/emulator/control/input.js'
import {Applications} from '../../src/emulator/model/applications.js'
import {VirtualClock} from '../../src/emulator/model/clock.js'
import {Grants} from '../../src/emulator/model/grants.js'
import {Random} from '../../src/emulator/model/random.js'
import {defaultSettings} from '../../src/emulator/model/settings.js'
import {html} from '../../src/emulator/page/consent-page.js'
import fc from '../support/properties.js'

describe('the grants', () => {
  it('accept no refresh token but the last, whatever was tried before', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({max: 30})), (attempts) => {
        const [clock, random] = [new VirtualClock(), new Random(1)]
        const grants = new Grants(clock, random, defaultSettings())
        const app = new Applications(clock, random).add({
          name: 'a',
          ownerId: 1,
          siteId: 'MEC',
          redirectUris: [],
          pkce: 'off',
          scopes: ['offline_access'],
        })
        const code = grants.issueCode({userId: 1, appId: app.id, redirectUri: 'r', challenge: null})
        const issued = [grants.exchange(code, app).grant.refreshToken!.value]
        for (const attempt of attempts) {
          const index = attempt % issued.length
          const grant = grants.byRefreshToken(issued[index]!)
          expect(grant !== undefined).toBe(index === issued.length - 1)
          if (grant !== undefined) issued.push(grants.refresh(grant).grant.refreshToken!.value)
        }
        expect(new Set(issued).size).toBe(issued.length)
      }),
    )
  })
})

describe('the page template', () => {
  it('lets no markup through from a value', () => {
    fc.assert(
      fc.property(fc.string({unit: fc.constantFrom('<', '>', '"', "'", '&', 'a', '=')}), (text) => {
        expect(html`${text}`.text).not.toMatch(/[<>"']/)
      }),
    )
  })
})

describe('durations', () => {
  it('add up their parts', () => {
    fc.assert(
      fc.property(fc.nat({max: 99}), fc.nat({max: 99}), fc.nat({max: 99}), (days, hours, ms) => {
        expect(v.parse(duration, `${days}d${hours}h${ms}ms`)).toBe(days * 86_400_000 + hours * 3_600_000 + ms)
      }),
    )
  })
})

describe('the random sequence', () => {
  it('goes on where it was exported', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat({max: 50}), (seed, steps) => {
        const one = new Random(seed)
        for (let n = 0; n < steps; n++) one.next()
        const two = new Random(0)
        two.import(one.export())
        expect(two.hex(16)).toBe(one.hex(16))
      }),
    )
  })
})
