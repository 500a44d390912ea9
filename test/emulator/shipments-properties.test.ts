import {describe, expect, it} from '@jest/globals'
import {VirtualClock} from '../../src/emulator/model/clock.js'
import {defaultSettings} from '../../src/emulator/model/settings.js'
import {logisticTypes, type Shipment, type ShipmentState} from '../../src/emulator/model/shipments/shipment.js'
import {catalogue, isKnownState, nextStep} from '../../src/emulator/model/shipments/shipment-states.js'
import {IllegalTransition, Shipments} from '../../src/emulator/model/shipments/shipments.js'
import fc from '../support/properties.js'

type Step = {do: 'pay'} | {do: 'advance'} | {do: 'cancel'; substatus: string | null} | {do: 'move'; to: ShipmentState}

const states: ShipmentState[] = Object.entries(catalogue).flatMap(([status, substatuses]) =>
  [null, ...substatuses].map((substatus) => ({status, substatus})),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constant<Step>({do: 'pay'}),
  fc.constant<Step>({do: 'advance'}),
  fc.constantFrom(null, ...catalogue.cancelled!).map((substatus): Step => ({do: 'cancel', substatus})),
  fc.constantFrom(...states).map((to): Step => ({do: 'move', to})),
)

const fields = fc.record({
  mode: fc.constantFrom('me2' as const, 'me1' as const, 'custom' as const),
  logisticType: fc.constantFrom(...logisticTypes),
  paid: fc.boolean(),
})

function open(chosen: {mode: 'me2' | 'me1' | 'custom'; logisticType: Shipment['logisticType']; paid: boolean}) {
  const shipments = new Shipments({
    clock: new VirtualClock(new Date('2026-03-01T12:00:00Z')),
    settings: defaultSettings(),
    seed: 1,
  })
  let told = 0
  shipments.onChange = () => {
    told += 1
  }
  const shipment = shipments.create({
    sellerId: 1,
    buyerId: 2,
    siteId: 'MLA',
    isTest: true,
    packId: 3,
    lines: [],
    declaredValue: 1,
    ...chosen,
  })
  return {shipments, shipment, told: () => told}
}

function take(shipments: Shipments, shipment: Shipment, one: Step): void {
  try {
    if (one.do === 'pay') shipments.paid(shipment.id)
    else if (one.do === 'cancel') shipments.cancel(shipment.id, one.substatus)
    else {
      const to = one.do === 'move' ? one.to : nextStep(shipment)
      if (to !== null) shipments.move(shipment, to)
    }
  } catch (error) {
    if (!(error instanceof IllegalTransition)) throw error
  }
}

const final = ['cancelled', 'closed', 'delivered', 'not_delivered']
const left = ['shipped', 'stale_shipped', 'delivered', 'not_delivered']

function isPossible({status, substatus, mode, paid, history}: Shipment): void {
  expect(isKnownState({status, substatus})).toBe(true)
  expect(history.at(-1)).toMatchObject({status, substatus})
  if (mode !== 'custom' && !paid) expect(['pending', 'cancelled']).toContain(status)
  if (paid) expect(substatus).not.toBe('waiting_for_payment')
}

/** What has ended or left does not come back, and no label is unprinted. */
function follows(before: Shipment, after: Shipment): void {
  if (final.includes(before.status)) expect(after.status).toBe(before.status)
  if (left.includes(before.status)) expect(left).toContain(after.status)
  if (before.substatus === 'printed') expect(after.substatus).not.toBe('ready_to_print')
}

describe('the states of a shipment', () => {
  it('are possible whatever happens to it, and each change is told once', () => {
    fc.assert(
      fc.property(fields, fc.array(step, {maxLength: 40}), (chosen, steps) => {
        const {shipments, shipment, told} = open(chosen)
        for (const one of steps) {
          const before = {...shipment}
          take(shipments, shipment, one)
          follows(before, shipment)
          isPossible(shipment)
          expect(told()).toBe(shipment.history.length)
        }
      }),
    )
  })

  it('lead to the buyer by natural steps alone, from wherever a paid one was driven without ending', () => {
    fc.assert(
      fc.property(fields, fc.array(step, {maxLength: 12}), (chosen, steps) => {
        const {shipments, shipment} = open({...chosen, paid: true})
        for (const one of steps) take(shipments, shipment, one)
        let count = 0
        for (let next = nextStep(shipment); next !== null; next = nextStep(shipment)) {
          shipments.move(shipment, next)
          expect(++count).toBeLessThan(12)
        }
        expect(final).toContain(shipment.status)
      }),
    )
  })
})
