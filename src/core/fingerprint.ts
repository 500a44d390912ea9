import {createHash} from 'node:crypto'

/** Tells tokens apart in the journal without holding one: the first 16 hex digits of the SHA-256. */
export function fingerprint(token: string): string {
  return sha256(token).slice(0, 16)
}

/** Hex. A state is stored as its hash only, so the database cannot be used to finish somebody's login. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
