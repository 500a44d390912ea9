/** A string, or a number. */
const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/**
 * JSON whose numbers become text, with the digits that were sent: amounts stay exact, and so do ids beyond 2^53. For
 * small documents that are read in full; raw-json.ts finds single values in large ones.
 */
export function readExact(json: string): unknown {
  return JSON.parse(json.replace(tokens, (token) => (token.startsWith('"') ? token : `"${token}"`)))
}
