import {createHash} from 'node:crypto'
import type {Challenge} from '../model/grants.js'

/** True when the verifier is the one the challenge was made from (docs/mercadolibre.md, section 2.5; RFC 7636). */
export function answersChallenge({method, value}: Challenge, verifier: string): boolean {
  return value === (method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url'))
}

/** RFC 7636, 4.1: 43 to 128 unreserved characters. */
export function isVerifier(text: string): boolean {
  return /^[A-Za-z0-9._~-]{43,128}$/.test(text)
}
