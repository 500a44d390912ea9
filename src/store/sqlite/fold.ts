/**
 * A text as a search sees it: without case and accents, in any script. Reckoned while reading, not kept in a column: a
 * search for parts of words has to read all rows either way, and writing a catalogue stays as quick as it is.
 */
export function fold(text: string): string {
  // Marks go after the case: some capitals become a letter and a mark.
  return text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '')
}

/** The words of a search, folded; a record has to contain all of them. */
export function wordsOf(search: string): string[] {
  return fold(search)
    .split(/\s+/)
    .filter((word) => word !== '')
}
