/** What a column of a push file can be about. */
export type Field = 'itemId' | 'sku' | 'variationId' | 'price' | 'quantity' | 'status'

/** As people and spreadsheets write them in English, Spanish and Portuguese; without accents, in small letters. */
const names: Readonly<Record<Field, readonly string[]>> = {
  itemId: [
    ...['id', 'item', 'item_id', 'itemid', 'listing', 'listing_id', 'mlid', 'meli_id'],
    ...['codigo', 'cod', 'codigo_ml', 'publicacion', 'publicacion_id', 'id_publicacion', 'id_de_publicacion'],
    ...['codigo_de_publicacion', 'numero_de_publicacion', 'codigo_do_anuncio', 'anuncio', 'id_anuncio'],
    ...['id_do_anuncio', 'numero_do_anuncio'],
  ],
  sku: ['sku', 'seller_sku', 'sku_vendedor', 'sku_del_vendedor', 'sku_do_vendedor', 'seller_custom_field'],
  variationId: [
    ...['variation', 'variation_id', 'id_variation', 'variacion', 'variacion_id', 'id_variacion', 'variante'],
    ...['id_variante', 'variacao', 'variacao_id', 'id_variacao', 'id_da_variacao', 'id_de_variacion'],
  ],
  price: ['price', 'precio', 'preco', 'valor', 'precio_de_venta', 'precio_venta', 'preco_de_venda', 'preco_venda'],
  quantity: [
    ...['stock', 'quantity', 'qty', 'available_quantity', 'cantidad', 'cantidad_disponible', 'existencias'],
    ...['existencia', 'inventario', 'inventory', 'estoque', 'quantidade', 'quantidade_disponivel', 'qtd', 'qtde'],
  ],
  status: ['status', 'state', 'estado', 'situacao', 'situacion', 'estatus'],
}

const fields = new Map(
  Object.entries(names).flatMap(([field, all]) => all.map((name) => [name, field as Field] as const)),
)

/** The field that a column of this name is about, whatever its case, accents and signs. */
export function fieldOf(name: string): Field | undefined {
  return fields.get(
    name
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_|_$/g, ''),
  )
}

export interface Columns {
  /** Where each field stands. */
  at: ReadonlyMap<Field, number>
  ignored: readonly string[]
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
  return {at, ignored: ignored.filter((name) => name !== ''), doubled}
}
