import {changerOf} from '../settings.js'

/** Where sources contradict each other or are silent, one can choose. docs/mercadolibre.md, sections 9 and 14. */
export interface ShipmentSettings {
  /** `GET /shipments/...` without `x-format-new: true`: refused with 400, or answered all the same. */
  oldFormat: 'refused' | 'answered'
  /** Where payment takes a shipment: at once to its label, or first to `handling/waiting_for_label_generation`. */
  afterPayment: 'ready_to_print' | 'waiting_for_label_generation'
  /** How ZPL labels come: as one text, or in a zip archive. */
  zplPackaging: 'plain' | 'zip'
  /** Does printing a label move `ready_to_print` to `printed`? */
  printingMoves: boolean
  /** The old view of `GET /orders/:id/shipments` was to end in September 2026: is it still there? */
  oldOrderView: boolean
}

export function defaultSettings(): ShipmentSettings {
  return {
    oldFormat: 'refused',
    afterPayment: 'ready_to_print',
    zplPackaging: 'plain',
    printingMoves: true,
    oldOrderView: true,
  }
}

export const changeSettings = changerOf<ShipmentSettings>({
  oldFormat: ['refused', 'answered'],
  afterPayment: ['ready_to_print', 'waiting_for_label_generation'],
  zplPackaging: ['plain', 'zip'],
  printingMoves: [true, false],
  oldOrderView: [true, false],
})
