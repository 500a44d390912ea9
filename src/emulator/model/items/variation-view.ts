import {type Fields, listOfFields, textOf} from '../json.js'
import {shownAttributes} from './attributes.js'
import type {Item, Variation} from './item.js'
import {pictureId} from './pictures.js'
import {siteOf} from './sites.js'

/** The parts of an item that an answer shows besides its fields. */
export interface Showing {
  /** With their attributes, which only `include_attributes=all` brings. docs/mercadolibre.md, section 6.3. */
  readonly variationAttributes: boolean
}

/** A variation as the service shows it. docs/mercadolibre.md, sections 6.3 and 6.4. */
export function renderVariation(
  item: Item,
  variation: Variation,
  {variationAttributes}: Showing = {variationAttributes: false},
): Fields {
  const name = siteOf(item.siteId).language === 'pt' ? 'Cor' : 'Color'
  const {attributes, ...rest} = variation.written ?? {}
  const colour = {id: 'COLOR', name, value_id: null, value_name: variation.colour}
  return {
    id: variation.id,
    price: variation.price,
    attribute_combinations: variation.colour === '' ? [] : [colour],
    available_quantity: variation.quantity,
    sold_quantity: variation.sold,
    sale_terms: [],
    picture_ids: [pictureId(item, 0)],
    catalog_product_id: null,
    user_product_id: null,
    ...rest,
    ...(variationAttributes ? {attributes: shownAttributes(listOfFields(attributes))} : {}),
  }
}

/** Attribute SELLER_SKU of a variation. */
export function skuOf({written}: Variation): string | null {
  return textOf(listOfFields(written?.attributes).find(({id}) => id === 'SELLER_SKU')?.value_name)
}
