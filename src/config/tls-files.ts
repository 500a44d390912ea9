import {readFileSync} from 'node:fs'
import {createSecureContext} from 'node:tls'
import {MeliError} from '../core/errors.js'

export interface TlsFiles {
  cert: string
  key: string
}

/** Certificate (with its chain) and key, both PEM, that belong together; MELI_CONFIG_INVALID otherwise. */
export function readTls(files: TlsFiles): {cert: string; key: string} {
  const read = (file: string) => {
    try {
      return readFileSync(file, 'utf8')
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown cause'
      throw invalid(`the file ${file} cannot be read (${reason})`)
    }
  }
  const texts = {cert: read(files.cert), key: read(files.key)}
  try {
    createSecureContext(texts)
  } catch {
    // What OpenSSL says of it may have lines of the file in it.
    throw invalid(`${files.cert} and ${files.key} are not a certificate and its key, both PEM`)
  }
  return texts
}

function invalid(message: string): MeliError {
  return new MeliError('MELI_CONFIG_INVALID', message, {try: ['correct --tls-cert and --tls-key']})
}
