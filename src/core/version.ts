import {createRequire} from 'node:module'

/** Of this package. The bundler replaces the whole expression by the text. */
declare const MELI_VERSION: string | undefined

export const version: string =
  typeof MELI_VERSION === 'string' ? MELI_VERSION : createRequire(import.meta.url)('../../package.json').version
