import type {LocalCatalogue, ProductQuery, StoredProduct} from '../ports/index.js'
import {type CatalogueChoice, unknownProduct} from './choose.js'
import type {Freshness} from './freshness.js'
import {collected, flatMapped, type LocalReadingDeps, type LocalStream, mapped, openLocal} from './local-reading.js'
import {localItem} from './named-items.js'
import {detailsOf, type ProductDetails, type ProductDetailsDeps} from './product-page.js'
import {type ChangeView, changeView, type OfferView, offersOf, type ProductView, productView} from './product-view.js'

export type CatalogueQuery = CatalogueChoice & Omit<ProductQuery, 'userId'>

export interface ProductList extends Freshness {
  user_id: number
  products: ProductView[]
  /** Of all that fit, whatever the limit. */
  total: number
}

export interface ProductPage extends Freshness, ProductDetails {
  user_id: number
}

export interface ProductLog extends Freshness {
  user_id: number
  id: string
  title: string | null
  /** Oldest first. */
  changes: ChangeView[]
}

export interface CatalogueDeps extends LocalReadingDeps {
  catalogue: LocalCatalogue
  questions: ProductDetailsDeps['questions']
  stock: ProductDetailsDeps['stock']
}

/** Reads what the syncs brought here. Offline: it needs no token. */
export class Catalogue {
  constructor(private readonly deps: CatalogueDeps) {}

  async list(query: CatalogueQuery): Promise<ProductList> {
    const {userId, wanted, freshness} = await this.open(query)
    const {catalogue} = this.deps
    const products = await collected(catalogue.products(wanted), productView)
    const {limit: _limit, ...all} = wanted
    return {user_id: userId, products, total: await catalogue.count(all), ...freshness}
  }

  /** One by one: a million do not fit into memory. */
  async stream(query: CatalogueQuery): Promise<LocalStream<ProductView>> {
    const {wanted, freshness} = await this.open(query)
    return {freshness, rows: mapped(this.deps.catalogue.products(wanted), productView)}
  }

  /** The same with one row for each variation, as a push takes them back. */
  async streamOffers(query: CatalogueQuery): Promise<LocalStream<OfferView>> {
    const {wanted, freshness} = await this.open(query)
    return {freshness, rows: flatMapped(this.deps.catalogue.products(wanted), offersOf)}
  }

  /** MELI_PRODUCT_UNKNOWN when it was never brought here. @param id what the service has just found by the name */
  async show(choice: CatalogueChoice, name: string, id = name): Promise<ProductPage> {
    const {userId, freshness} = await this.open(choice)
    const details = await detailsOf(this.deps, await this.find(userId, id))
    return {user_id: userId, ...details, ...freshness}
  }

  async log(choice: CatalogueChoice, id: string): Promise<ProductLog> {
    const {userId, freshness} = await this.open(choice)
    const {title, id: item} = await this.find(userId, id)
    const changes = await this.deps.catalogue.history(userId, item)
    return {user_id: userId, id: item, title, changes: changes.map(changeView), ...freshness}
  }

  private async open({account, sandbox, site, ...filter}: CatalogueQuery) {
    const {userId, freshness} = await openLocal(this.deps, 'products', {account, sandbox, site})
    const wanted: ProductQuery = {userId, ...filter}
    return {userId, wanted, freshness}
  }

  private async find(userId: number, name: string): Promise<StoredProduct> {
    const id = await localItem(this.deps.catalogue, userId, name)
    const product = await this.deps.catalogue.find(userId, id)
    if (product === undefined) throw unknownProduct(id)
    return product
  }
}
