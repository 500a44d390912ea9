import type {Fields} from '../json.js'

export type ItemStatus =
  | 'active'
  | 'paused'
  | 'closed'
  | 'under_review'
  | 'inactive'
  | 'payment_required'
  | 'not_yet_active'
  | 'pending'
  | 'programmed'

export const itemStatuses: readonly ItemStatus[] = [
  'active',
  'paused',
  'closed',
  'under_review',
  'inactive',
  'payment_required',
  'not_yet_active',
  'pending',
  'programmed',
]

export interface Owner {
  userId: number
  siteId: string
  isTestUser: boolean
}

export interface Variation {
  readonly id: number
  price: number
  quantity: number
  sold: number
  colour: string
  /** Other fields that a client sent. */
  written: Fields | null
}

/** A lower price for a period (epoch milliseconds of virtual time). */
export interface Promotion {
  readonly amount: number
  readonly startMs: number
  readonly endMs: number
}

/**
 * An item in compact form. Long fields (title, pictures, attributes) are generated from `number` and `product` for each answer,
 * so that a hundred thousand items fit in a few dozen megabytes. Times are epoch milliseconds.
 */
export interface Item {
  readonly id: string
  /** The digits of the id, which break ties and seed the generated fields. */
  readonly number: number
  readonly sellerId: number
  readonly siteId: string
  readonly isTest: boolean
  /** The index in `products`; -1 for an item that a client published, which has no generated fields. */
  readonly product: number
  readonly createdMs: number
  /** The approximate size of its JSON. */
  readonly bytes: number
  price: number
  quantity: number
  sold: number
  status: ItemStatus
  subStatus: readonly string[]
  listingTypeId: string
  startMs: number
  stopMs: number
  updatedMs: number
  /** When a PUT last succeeded; 0 for never. */
  putMs: number
  /** `seller_custom_field`. */
  customField: string | null
  /** Attribute SELLER_SKU. */
  sellerSku: string | null
  userProductId: string | null
  familyName: string | null
  /** The price is set by the service's price automation. */
  automated: boolean
  promotion: Promotion | null
  variations: readonly Variation[]
  /** Fields as written, which win over generated ones. */
  written: Fields | null
}

/** Names of all columns, in the order in which they are exported. */
export const itemColumns = [
  'id',
  'number',
  'sellerId',
  'siteId',
  'isTest',
  'product',
  'createdMs',
  'bytes',
  'price',
  'quantity',
  'sold',
  'status',
  'subStatus',
  'listingTypeId',
  'startMs',
  'stopMs',
  'updatedMs',
  'putMs',
  'customField',
  'sellerSku',
  'userProductId',
  'familyName',
  'automated',
  'promotion',
  'variations',
  'written',
] as const satisfies readonly (keyof Item)[]

/** The item's promotion, while there is one. */
export function promotionOf({promotion}: Item, nowMs: number): Promotion | null {
  return promotion !== null && nowMs < promotion.endMs ? promotion : null
}

/** A number in [0, below) that depends on an item's number alone; each use has its own `salt`. */
export function pseudoRandom(number: number, salt: number, below: number): number {
  let h = Math.imul((number ^ salt) >>> 0, 0x9e3779b1)
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b)
  return ((h ^ (h >>> 13)) >>> 0) % below
}

/** Listings run for twenty years. */
const listingLifeMs = 20 * 365 * 86_400_000

/** A new item without content. */
export function blankItem({userId, siteId, isTestUser}: Owner, number: number, nowMs: number): Item {
  return {
    id: `${siteId}${number}`,
    number,
    sellerId: userId,
    siteId,
    isTest: isTestUser,
    product: -1,
    createdMs: nowMs,
    bytes: 0,
    price: 0,
    quantity: 0,
    sold: 0,
    status: 'active',
    subStatus: none,
    listingTypeId: 'gold_special',
    startMs: nowMs,
    stopMs: nowMs + listingLifeMs,
    updatedMs: nowMs,
    putMs: 0,
    customField: null,
    sellerSku: null,
    userProductId: null,
    familyName: null,
    automated: false,
    promotion: null,
    variations: none,
    written: null,
  }
}

/** Shared by all items without sub-statuses or variations, to save memory. */
const none: readonly never[] = []
