import type {Item} from './item.js'
import {spread} from './item.js'
import {colours, products} from './products.js'
import {siteOf} from './sites.js'

/** What an item is called and where it belongs. */
export interface Wording {
  title: string
  categoryId: string
  domainId: string
  brand: string
  model: string
  colour: string
}

export function colourOf(language: 'es' | 'pt', index: number): string {
  const list = colours[language]
  return list[index % list.length] ?? list[0]
}

/** The generated words of a seeded item; a client's own item has only what it sent. */
export function wordingOf(item: Pick<Item, 'number' | 'product' | 'siteId'>): Wording | null {
  const product = products[item.product]
  if (product === undefined) return null
  const {language} = siteOf(item.siteId)
  const model = product.models[spread(item.number, 1, product.models.length)] ?? product.models[0]
  const colour = colourOf(language, spread(item.number, 2, 7))
  return {
    title: `${product[language]} ${product.brand} ${model} ${colour}`.slice(0, 60),
    categoryId: `${item.siteId}${product.category}`,
    domainId: `${item.siteId}-${product.domain}`,
    brand: product.brand,
    model,
    colour,
  }
}
