import {describe, expect, it} from '@jest/globals'
import type {ProductPage} from '../../src/services/catalogue/catalogue.js'
import {attributesOf} from '../../src/services/catalogue/product-attributes.js'
import {renderProduct} from '../../src/ui/product-page.js'
import {width} from '../../src/ui/table.js'
import {plainPaper} from './paper.js'
import {aProduct} from './products.js'

const fresh = {synced_at: '2026-03-01T10:00:00.000Z', age_seconds: 7200, invalidated: false, connected: true}

function page(changes: Partial<ProductPage> = {}): ProductPage {
  return {
    user_id: 1,
    product: aProduct({stale: true}),
    attributes: [{id: 'BRAND', name: 'Marca', value: 'Andina'}],
    variations: [],
    stock_places: null,
    unanswered_questions: 0,
    changes: [],
    ...fresh,
    ...changes,
  }
}

describe('the page of a product', () => {
  it('begins with what it is, costs and has, and ends with how old that is', () => {
    const lines = renderProduct(page(), plainPaper()).split('\n')
    expect(lines.slice(0, 2)).toEqual(['Remera', 'active · 12.50 USD · 3 in stock · 0 sold'])
    expect(lines.slice(-2)).toEqual([
      'Changed 1 d ago, fetched 1 h ago.',
      '! Marked stale; the next sync fetches it again.',
    ])
  })

  it('shows variations with the ids that commands take, stock by location, questions and changes', () => {
    const text = renderProduct(
      page({
        variations: [
          {id: 17, name: 'Color: Azul', price: '12.50', available_quantity: 2, seller_sku: 'AZ', user_product_id: null},
        ],
        stock_places: [{type: 'selling_address', quantity: 3, store_id: null}],
        unanswered_questions: 2,
        changes: [{at: '2026-03-01T11:00:00.000Z', field: 'available_quantity', before: '5', after: '3'}],
      }),
      plainPaper(),
    )
    expect(text).toMatch(/17 +12\.50 +2 +AZ +Color: Azul/)
    expect(text).toMatch(/selling_address +- +3/)
    expect(text).toContain('2 questions without an answer')
    expect(text).toMatch(/1 h ago +stock +5 -> 3/)
    expect(text).toMatch(/Marca +Andina/)
  })

  it('keeps to the width of the terminal, long titles included', () => {
    const product = aProduct({title: 'Zapato de cuero '.repeat(12), permalink: null})
    const attributes = [{id: 'NOTES', name: 'Notas', value: 'Despachamos el mismo día '.repeat(9)}]
    const text = renderProduct(page({product, attributes}), plainPaper(60))
    expect(Math.max(...text.split('\n').map(width))).toBeLessThanOrEqual(60)
  })

  it('lets no control sequence of a title through', () => {
    expect(renderProduct(page({product: aProduct({title: 'a\u001b[2Jb'})}), plainPaper())).not.toContain('\u001b')
  })
})

describe('the attributes of a stored document', () => {
  it('are those with a value, by name', () => {
    const attributes = [
      {id: 'BRAND', name: 'Marca', value_name: 'Andina'},
      {id: 'MODEL', value_name: 'X1'},
      {id: 'GTIN', name: 'GTIN', value_name: null},
      'odd',
    ]
    expect(attributesOf(JSON.stringify({attributes}))).toEqual([
      {id: 'BRAND', name: 'Marca', value: 'Andina'},
      {id: 'MODEL', name: 'MODEL', value: 'X1'},
    ])
  })

  it.each(['', '[]', '{"attributes":{}}', '{'])('are none in %j', (json) => {
    expect(attributesOf(json)).toEqual([])
  })
})
