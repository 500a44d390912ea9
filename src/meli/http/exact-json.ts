import {jsonPieces} from '../../core/json.js'

const number = /-?\d[\d.eE+-]*/g

/**
 * JSON whose numbers become text, with the digits that were sent: amounts stay exact, and so do ids beyond 2^53. For
 * small documents that are read in full; raw-json.ts finds single values in large ones.
 */
export function readExact(json: string): unknown {
  let exact = ''
  for (const piece of jsonPieces(json)) exact += piece.startsWith('"') ? piece : piece.replace(number, '"$&"')
  return JSON.parse(exact)
}
