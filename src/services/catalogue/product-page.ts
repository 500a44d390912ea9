import type {LocalCatalogue, LocalQuestions, LocalStock, StoredProduct, Variation} from '../ports/index.js'
import {type AttributeView, attributesOf} from './product-attributes.js'
import {type ChangeView, changeView, type ProductView, productView} from './product-view.js'

export interface StockPlaceView {
  type: string
  quantity: number
  store_id: string | null
}

/** All that is known here of one product. */
export interface ProductDetails {
  product: ProductView
  attributes: AttributeView[]
  variations: readonly Variation[]
  /** Null when it is not a user product whose stock was read. */
  stock_places: StockPlaceView[] | null
  unanswered_questions: number
  /** The newest first, ten at most. */
  changes: ChangeView[]
}

export interface ProductDetailsDeps {
  catalogue: Pick<LocalCatalogue, 'history'>
  questions: Pick<LocalQuestions, 'count'>
  stock: Pick<LocalStock, 'find'>
}

const mostChanges = 10

export async function detailsOf(
  {catalogue, questions, stock}: ProductDetailsDeps,
  stored: StoredProduct,
): Promise<ProductDetails> {
  const {user_id, id, user_product_id} = stored
  const places = user_product_id === null ? undefined : await stock.find(user_id, user_product_id)
  const changes = await catalogue.history(user_id, id)
  return {
    product: productView(stored),
    attributes: attributesOf(stored.json),
    variations: stored.variations,
    stock_places: places?.locations.map(({type, quantity, store_id}) => ({type, quantity, store_id})) ?? null,
    unanswered_questions: await questions.count({userId: user_id, itemId: id, status: 'UNANSWERED'}),
    changes: changes.slice(-mostChanges).reverse().map(changeView),
  }
}
