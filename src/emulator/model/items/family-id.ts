import type {Item} from './item.js'

/** The same for all items of a seller that have that family name; null for those that have none. */
export function familyIdOf({familyName, sellerId}: Pick<Item, 'familyName' | 'sellerId'>): number | null {
  if (familyName === null) return null
  let hash = sellerId % 1_000_003
  for (const character of familyName) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 1_000_000_000_039
  return 1_000_000_000_000 + hash
}
