import {MeliError} from '../../core/errors.js'
import {secureOrigin} from '../http/origin.js'

export interface Site {
  id: string
  name: string
  /** ISO 4217, as `GET /sites` gives it. */
  currency: string
  /** Host of the consent page. */
  authHost: string
  /** Host of the shop, where people log in and out. */
  webHost: string
  language: 'es' | 'pt' | 'en'
}

function site(id: string, name: string, currency: string, domain: string, language: Site['language'] = 'es'): Site {
  return {id, name, currency, authHost: `auth.${domain}`, webHost: `www.${domain}`, language}
}

/**
 * docs/mercadolibre.md, section 1. Where sources differ: Costa Rica is `.co.cr`, as the newer pages have it, not the
 * `.com.cr` of the old SDKs; Venezuela has VES, Panama PAB and Cuba CUP, as `/sites` says. No host is known for Cuba, so
 * that it has the one without a country. Portugal is left out: it is closed.
 */
export const sites: readonly Site[] = [
  site('MLA', 'Argentina', 'ARS', 'mercadolibre.com.ar'),
  site('MBO', 'Bolivia', 'BOB', 'mercadolibre.com.bo'),
  site('MLB', 'Brasil', 'BRL', 'mercadolivre.com.br', 'pt'),
  site('MLC', 'Chile', 'CLP', 'mercadolibre.cl'),
  site('MCO', 'Colombia', 'COP', 'mercadolibre.com.co'),
  site('MCR', 'Costa Rica', 'CRC', 'mercadolibre.co.cr'),
  site('MCU', 'Cuba', 'CUP', 'mercadolibre.com'),
  site('MEC', 'Ecuador', 'USD', 'mercadolibre.com.ec'),
  site('MSV', 'El Salvador', 'USD', 'mercadolibre.com.sv'),
  site('MGT', 'Guatemala', 'GTQ', 'mercadolibre.com.gt'),
  site('MHN', 'Honduras', 'HNL', 'mercadolibre.com.hn'),
  site('MLM', 'México', 'MXN', 'mercadolibre.com.mx'),
  site('MNI', 'Nicaragua', 'NIO', 'mercadolibre.com.ni'),
  site('MPA', 'Panamá', 'PAB', 'mercadolibre.com.pa'),
  site('MPY', 'Paraguay', 'PYG', 'mercadolibre.com.py'),
  site('MPE', 'Perú', 'PEN', 'mercadolibre.com.pe'),
  site('MRD', 'República Dominicana', 'DOP', 'mercadolibre.com.do'),
  site('MLU', 'Uruguay', 'UYU', 'mercadolibre.com.uy'),
  site('MLV', 'Venezuela', 'VES', 'mercadolibre.com.ve'),
  {
    id: 'CBT',
    name: 'Global Selling',
    currency: 'USD',
    authHost: 'global-selling.mercadolibre.com',
    webHost: 'global-selling.mercadolibre.com',
    language: 'en',
  },
]

/** Upper and lower case alike. MELI_SITE_UNKNOWN with the list of ids. */
export function findSite(id: string): Site {
  const found = sites.find((candidate) => candidate.id === id.trim().toUpperCase())
  if (found) return found
  throw new MeliError('MELI_SITE_UNKNOWN', `${JSON.stringify(id.slice(0, 20))} is not a site of Mercado Libre`, {
    try: [`use one of ${sites.map((each) => each.id).join(', ')}`],
  })
}

/** Where the consent page of a site is: its own host, or the origin of `override`. */
export function authorizationOrigin(siteId: string, override?: URL): URL {
  if (override) return new URL(secureOrigin(override, 'The authorization address').origin)
  return new URL(`https://${findSite(siteId).authHost}`)
}
