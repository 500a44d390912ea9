/** What the local copy has names of. */
export type RecordKind = 'item' | 'sku' | 'order' | 'question' | 'shipment'

/** A word that can be typed, and what stands beside it in the list of completions. */
export interface LocalName {
  value: string
  description: string
}

/** The names in the local database, for the completion of a shell. Every connected account's, since it may be any. */
export interface LocalNames {
  /** In order; `limit` of them at most. Upper and lower case differ. */
  startingWith(kind: RecordKind, prefix: string, limit: number): Promise<LocalName[]>
}
