import {describe, expect, it} from '@jest/globals'
import {IdPlaces} from '../../../src/services/sync/engine/id-places.js'
import fc from '../../support/properties.js'

/** Ids of several sites, with zeros in front, past what a double holds, or with no number at all. */
const id = fc.oneof(
  fc.tuple(fc.constantFrom('MEC', 'MLB', 'MLA', '', 'a1b'), fc.nat()).map(([site, number]) => `${site}${number}`),
  fc.tuple(fc.constantFrom('MEC', 'ID'), fc.stringMatching(/^\d{1,20}$/)).map(([site, digits]) => `${site}${digits}`),
  fc.bigInt({min: 0n, max: 2n ** 60n}).map((number) => `MLB${number}`),
  fc.string(),
)

describe('places of ids', () => {
  it('are found again, for every id and no other, in the order of their coming', () => {
    fc.assert(
      fc.property(fc.uniqueArray(id, {maxLength: 200}), fc.array(id), (ids, others) => {
        const places = new IdPlaces()
        for (const [place, each] of ids.entries()) expect(places.add(each)).toBe(place)
        for (const [place, each] of ids.entries()) {
          expect(places.of(each)).toBe(place)
          expect(places.at(place)).toBe(each)
        }
        for (const other of others) if (!ids.includes(other)) expect(places.of(other)).toBeUndefined()
      }),
      {numRuns: 300},
    )
  })

  it('are as many as a catalogue needs, of more kinds than there is a byte for', () => {
    const places = new IdPlaces()
    const idOf = (n: number) => (n % 100 === 0 ? `K${n}-${n}` : `MLB${1_400_000_000 + 7 * n}`)
    for (let n = 0; n < 50_000; n++) places.add(idOf(n))
    expect(places.size).toBe(50_000)
    for (let n = 0; n < 50_000; n += 7) expect([places.of(idOf(n)), places.at(n)]).toEqual([n, idOf(n)])
    expect(places.of('MLB1400000001')).toBeUndefined()
  })
})
