import type {ProductView} from '../../src/services/catalogue/product-view.js'

export function aProduct(changes: Partial<ProductView> = {}): ProductView {
  return {
    id: 'MEC1',
    title: 'Remera',
    price: '12.50',
    currency_id: 'USD',
    available_quantity: 3,
    sold_quantity: 0,
    status: 'active',
    seller_sku: null,
    category_id: 'MEC1',
    listing_type_id: 'free',
    condition: 'new',
    permalink: 'https://example.com/MEC-1',
    thumbnail: null,
    user_product_id: null,
    site_id: 'MEC',
    variation_count: 0,
    last_updated: '2026-02-28T12:00:00.000Z',
    partial: false,
    stale: false,
    synced_at: '2026-03-01T11:00:00.000Z',
    removed_at: null,
    ...changes,
  }
}
