/** Words of the addresses of docs/mercadolibre.md: what else there is in an address names somebody or something. */
const words: ReadonlySet<string> = new Set([
  ...['oauth', 'token', 'users', 'me', 'test_user', 'applications', 'grants', 'sites', 'missed_feeds', 'marketplace'],
  ...['items', 'search', 'description', 'prices', 'variations', 'relist', 'validate', 'pictures', 'user-products'],
  ...['categories', 'attributes', 'listing_types', 'listing_prices', 'available_listing_types', 'domain_discovery'],
  ...['orders', 'packs', 'shipments', 'questions', 'answers', 'messages', 'payments', 'claims', 'stock', 'brands'],
  ...['type', 'selling_address', 'seller_warehouse'],
  ...['shipment_labels'],
  ...['currencies', 'currency_conversions', 'products', 'highlights', 'trends', 'visits', 'bulk', 'multiget', 'scan'],
])

const mostSegments = 6

/**
 * The kind of address that a path is, such as `/users/:id/items/search`: ids become `:id`, and what is neither a known word
 * nor an id makes the whole `other`. So there are few, whatever is asked for, and none of them names a seller.
 */
export function endpointOf(path: string): string {
  const segments =
    path
      .split('?', 1)[0]
      ?.split('/')
      .filter((segment) => segment !== '') ?? []
  if (segments.length === 0 || segments.length > mostSegments) return 'other'
  const named = segments.map((segment) => (words.has(segment) ? segment : isId(segment) ? ':id' : undefined))
  return named.includes(undefined) ? 'other' : `/${named.join('/')}`
}

/** Sites (`MEC`) and whatever has a digit in it. */
function isId(segment: string): boolean {
  return /^[A-Z]{3}$/.test(segment) || /^(?=.*\d)[\w.~%-]{1,100}$/.test(segment)
}
