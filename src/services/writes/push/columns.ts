import type {OfferView} from '../../catalogue/product-view.js'

/** The fields that a column of a push file can set. */
export type Field = 'itemId' | 'sku' | 'variationId' | 'price' | 'quantity' | 'status'

/** How each language numbers a listing in the sheets of Mercado Libre: `# de publicación`, `N.º de anúncio`. */
const numbered = ['publicacion', 'anuncio'].flatMap((listing) =>
  ['#', 'n', 'no', 'nº', 'n_º', 'num', 'numero', 'codigo', 'id'].flatMap((number) => [
    `${number}_de_${listing}`,
    `${number}_${listing}`,
    `${number}_${listing === 'anuncio' ? 'do' : 'de_la'}_${listing}`,
  ]),
)

/** Signs of the currency that a listing has by itself. A currency by its code, such as USD, may be another one. */
const priced = (...names: readonly string[]) =>
  names.flatMap((name) => [name, ...['$', 'r$', 's/'].map((sign) => `${name}_${sign}`)])

/** Names as people, spreadsheets and the sheets of Mercado Libre write them in English, Spanish and Portuguese; folded. */
const names: Readonly<Record<Field, readonly string[]>> = {
  itemId: [
    ...['id', 'item', 'item_id', 'itemid', 'listing', 'listing_id', 'mlid', 'meli_id'],
    ...['codigo', 'cod', 'codigo_ml', 'publicacion', 'publicacion_id', 'anuncio', ...numbered],
  ],
  sku: ['sku', 'seller_sku', 'sku_vendedor', 'sku_del_vendedor', 'sku_do_vendedor', 'seller_custom_field'],
  variationId: [
    ...['variation', 'variation_id', 'id_variation', 'variacion', 'variacion_id', 'id_variacion', 'variante'],
    ...['id_variante', 'variacao', 'variacao_id', 'id_variacao', 'id_da_variacao', 'id_de_variacion'],
  ],
  price: priced(
    ...['price', 'precio', 'preco', 'valor', 'precio_de_venta', 'precio_venta', 'preco_de_venda', 'preco_venda'],
    ...['precio_unitario', 'preco_unitario', 'unit_price'],
  ),
  quantity: [
    ...['stock', 'quantity', 'qty', 'available_quantity', 'cantidad', 'cantidad_disponible', 'existencias'],
    ...['existencia', 'inventario', 'inventory', 'estoque', 'quantidade', 'quantidade_disponivel', 'qtd', 'qtde'],
    ...['stock_disponible', 'estoque_disponivel', 'available_stock'],
  ],
  status: ['status', 'state', 'estado', 'situacao', 'situacion', 'estatus'],
}

const fields = new Map(
  Object.entries(names).flatMap(([field, all]) => all.map((name) => [name, field as Field] as const)),
)

type Changeable = 'id' | 'variation_id' | 'price' | 'available_quantity' | 'status' | 'seller_sku'

/** All else that an export writes, as CSV or JSON lines. */
const exported: Readonly<Record<Exclude<keyof OfferView, Changeable>, true>> = {
  title: true,
  currency_id: true,
  sold_quantity: true,
  category_id: true,
  listing_type_id: true,
  condition: true,
  permalink: true,
  thumbnail: true,
  user_product_id: true,
  site_id: true,
  variation_name: true,
  variation_count: true,
  last_updated: true,
  partial: true,
  stale: true,
  synced_at: true,
  removed_at: true,
}

/** Columns of Mercado Libre's bulk sheet, of exports and of result files that a push does not change, whatever they say. */
const unchangeable: ReadonlySet<string> = new Set([
  ...Object.keys(exported),
  ...['titulo', 'shipping_method', 'local_pickup'],
  ...['line', 'result', 'price_before', 'quantity_before', 'status_before', 'code', 'message', 'finished_at'],
])
const unchangeableBegin = /^(?:listing_type(?:_v\d+)?|fee(?:_.*)?)$/

/**
 * A name without what never changes its meaning: accents, case, and what stands between its words. Every other sign stays, so
 * that `Precio %` is no price.
 */
function folded(name: string): string {
  return (
    name
      .normalize('NFD')
      .replace(/[\u0300-\u032f\p{Cf}]/gu, '')
      .toLowerCase()
      .replaceAll('°', 'º')
      .replace(/[([]([^()[\]]*)[)\]]/g, ' $1 ')
      .trim()
      .replace(/[.:]$/, '')
      // A hyphen between letters parts words; before or behind anything else it may be a minus, and stays.
      .replace(/(?<=[\p{L}\p{N}])[\s_.-]+(?=[\p{L}\p{N}])|[\s_]+/gu, '_')
      .replace(/^_|_$/g, '')
  )
}

/** The field that a column of this name is about; undefined where it says nothing here. */
export function fieldOf(name: string): Field | undefined {
  return fields.get(folded(name))
}

function isUnchangeable(name: string): boolean {
  const known = folded(name)
  return unchangeable.has(known) || unchangeableBegin.test(known)
}

export interface Columns {
  /** Where each field stands. */
  at: ReadonlyMap<Field, number>
  ignored: readonly string[]
  /** Ignored columns that no known sheet has, such as a mistyped name. */
  unknown: readonly string[]
  /** Names of which two are about the same field. */
  doubled: readonly [first: string, second: string] | undefined
}

export function columnsOf(header: readonly string[]): Columns {
  const at = new Map<Field, number>()
  const ignored: string[] = []
  let doubled: Columns['doubled']
  for (const [index, name] of header.entries()) {
    const field = fieldOf(name)
    const other = field === undefined ? undefined : at.get(field)
    if (field === undefined) ignored.push(name.trim())
    else if (other === undefined) at.set(field, index)
    else doubled ??= [header[other] ?? '', name]
  }
  const named = ignored.filter((name) => name !== '')
  return {at, ignored: named, unknown: named.filter((name) => !isUnchangeable(name)), doubled}
}
