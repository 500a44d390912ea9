import {createCipheriv, createDecipheriv, randomBytes} from 'node:crypto'

/** Where a sealed value lives. It is authenticated with the value, so a value moved elsewhere does not open. */
export interface Place {
  table: string
  row: string | number
  column: string
}

const version = 'v1'
const nonceBytes = 12
const tagBytes = 16

/** AES-256-GCM under a fresh nonce: `v1.<nonce>.<ciphertext and tag>`, both base64url. `key` is 32 bytes. */
export function seal(key: Buffer, place: Place, plain: string): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, {authTagLength: tagBytes}).setAAD(authenticated(place))
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return [version, nonce.toString('base64url'), sealed.toString('base64url')].join('.')
}

/** The plain text, or undefined when the key is another one or text or place are not what was sealed. */
export function unseal(key: Buffer, place: Place, text: string): string | undefined {
  const [mark, nonceText, sealedText, ...rest] = text.split('.')
  if (mark !== version || rest.length > 0) return undefined
  const nonce = exactBytes(nonceText)
  const sealed = exactBytes(sealedText)
  if (nonce?.length !== nonceBytes || sealed === undefined || sealed.length < tagBytes) return undefined

  const decipher = createDecipheriv('aes-256-gcm', key, nonce, {authTagLength: tagBytes})
    .setAAD(authenticated(place))
    .setAuthTag(sealed.subarray(-tagBytes))
  const plain = decipher.update(sealed.subarray(0, -tagBytes))
  try {
    return Buffer.concat([plain, decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

function authenticated({table, row, column}: Place): Buffer {
  return Buffer.from(`${table}|${row}|${column}`, 'utf8')
}

/** Node's decoder skips what it does not know, so two texts could mean the same bytes; only one of them is ours. */
function exactBytes(text: string | undefined): Buffer | undefined {
  if (text === undefined) return undefined
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
