import {type Item, spread} from './item.js'
import {colours, type Product, products} from './products.js'
import {siteOf} from './sites.js'

/** What an item is called and where it belongs. */
export interface Wording {
  title: string
  /** The title as it stands in the address of the item's page. */
  slug: string
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

const made = new Map<string, Wording>()

/**
 * The generated words of a seeded item; a client's own item has only what it sent. Shared between items: there are only as
 * many as there are sites, models and colours.
 */
export function wordingOf({number, product: index, siteId}: Item): Wording | null {
  const product = products[index]
  if (product === undefined) return null
  const model = spread(number, 1, product.models.length)
  const colour = spread(number, 2, 7)
  const key = `${siteId} ${index} ${model} ${colour}`
  const known = made.get(key)
  if (known !== undefined) return known
  const wording = word(product, siteId, model, colour)
  made.set(key, wording)
  return wording
}

function word(product: Product, siteId: string, modelIndex: number, colourIndex: number): Wording {
  const {language} = siteOf(siteId)
  const model = product.models[modelIndex] ?? product.models[0]
  const colour = colourOf(language, colourIndex)
  const title = `${product[language]} ${product.brand} ${model} ${colour}`.slice(0, 60)
  return {
    title,
    slug: slugOf(title),
    categoryId: `${siteId}${product.category}`,
    domainId: `${siteId}-${product.domain}`,
    brand: product.brand,
    model,
    colour,
  }
}

export function slugOf(title: string): string {
  return title
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
}
