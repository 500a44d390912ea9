import {changerOf} from '../settings.js'

/** Where sources contradict each other or are silent, one can choose. docs/mercadolibre.md, sections 9 and 14. */
export interface ShipmentSettings {
  /** `GET /shipments/...` without `x-format-new: true`: answered in the flat shape, as if it were there, or refused with 400. */
  oldFormat: 'flat' | 'answered' | 'refused'
  /** What `external_reference` of the new format is. */
  externalReference: 'pack_id' | 'absent'
  /** Where payment takes a shipment: at once to its label, or first to `handling/waiting_for_label_generation`. */
  afterPayment: 'ready_to_print' | 'waiting_for_label_generation'
  /** How ZPL labels come: in a zip archive with one text, or as that text. */
  zplPackaging: 'plain' | 'zip'
  /** Does printing a label move `ready_to_print` to `printed`? */
  printingMoves: boolean
  /** Is the old view of `GET /orders/:id/shipments` still there? It was to end in September 2026. */
  oldOrderView: boolean
}

export function defaultSettings(): ShipmentSettings {
  return {
    oldFormat: 'flat',
    externalReference: 'pack_id',
    afterPayment: 'ready_to_print',
    zplPackaging: 'zip',
    printingMoves: true,
    oldOrderView: false,
  }
}

/** What the documentation says where captured answers differ. */
export const documented: Partial<ShipmentSettings> = {oldFormat: 'refused', externalReference: 'absent'}

export const changeSettings = changerOf<ShipmentSettings>({
  oldFormat: ['flat', 'answered', 'refused'],
  externalReference: ['pack_id', 'absent'],
  afterPayment: ['ready_to_print', 'waiting_for_label_generation'],
  zplPackaging: ['plain', 'zip'],
  printingMoves: [true, false],
  oldOrderView: [true, false],
})
