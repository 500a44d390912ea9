/** A country of the service. docs/mercadolibre.md, section 1. */
export interface Site {
  id: string
  name: string
  currencyId: string
  countryId: string
  /** Host of public pages, as in permalinks. */
  domain: string
  timeOffset: string
  /** The country and a city in addresses. */
  country: string
  city: string
  /** The approximate price of a dollar, for plausible prices. */
  scale: number
  /** False where prices are whole numbers in practice. */
  cents: boolean
  language: 'es' | 'pt'
  /** Host of a listing's page. */
  listingHost: string
}

const rows = [
  ['MLA', 'Argentina', 'ARS', 'AR', 'mercadolibre.com.ar', '-03:00', 'Argentina', 'Córdoba', 1000, true],
  ['MLB', 'Brasil', 'BRL', 'BR', 'mercadolivre.com.br', '-03:00', 'Brasil', 'São Paulo', 5, true],
  ['MLM', 'Mexico', 'MXN', 'MX', 'mercadolibre.com.mx', '-06:00', 'México', 'Ciudad de México', 18, true],
  ['MLC', 'Chile', 'CLP', 'CL', 'mercadolibre.cl', '-04:00', 'Chile', 'Valparaíso', 950, false],
  ['MCO', 'Colombia', 'COP', 'CO', 'mercadolibre.com.co', '-05:00', 'Colombia', 'Bogotá', 4000, false],
  ['MLU', 'Uruguay', 'UYU', 'UY', 'mercadolibre.com.uy', '-03:00', 'Uruguay', 'Montevideo', 40, true],
  ['MPE', 'Perú', 'PEN', 'PE', 'mercadolibre.com.pe', '-05:00', 'Perú', 'Lima', 4, true],
  ['MEC', 'Ecuador', 'USD', 'EC', 'mercadolibre.com.ec', '-05:00', 'Ecuador', 'Quito', 1, true],
  ['MLV', 'Venezuela', 'VES', 'VE', 'mercadolibre.com.ve', '-04:00', 'Venezuela', 'Mérida', 40, true],
  ['MPA', 'Panamá', 'PAB', 'PA', 'mercadolibre.com.pa', '-05:00', 'Panamá', 'Panamá', 1, true],
  ['MRD', 'Dominicana', 'DOP', 'DO', 'mercadolibre.com.do', '-04:00', 'República Dominicana', 'Santiago', 60, true],
  ['MCR', 'Costa Rica', 'CRC', 'CR', 'mercadolibre.co.cr', '-06:00', 'Costa Rica', 'San José', 500, true],
  ['MBO', 'Bolivia', 'BOB', 'BO', 'mercadolibre.com.bo', '-04:00', 'Bolivia', 'La Paz', 7, true],
  ['MPY', 'Paraguay', 'PYG', 'PY', 'mercadolibre.com.py', '-03:00', 'Paraguay', 'Asunción', 7500, false],
  ['MGT', 'Guatemala', 'GTQ', 'GT', 'mercadolibre.com.gt', '-06:00', 'Guatemala', 'Guatemala', 8, true],
  ['MHN', 'Honduras', 'HNL', 'HN', 'mercadolibre.com.hn', '-06:00', 'Honduras', 'Tegucigalpa', 25, true],
  ['MNI', 'Nicaragua', 'NIO', 'NI', 'mercadolibre.com.ni', '-06:00', 'Nicaragua', 'León', 37, true],
  ['MSV', 'El Salvador', 'USD', 'SV', 'mercadolibre.com.sv', '-06:00', 'El Salvador', 'San Salvador', 1, true],
  ['MCU', 'Cuba', 'CUP', 'CU', 'mercadolibre.com.cu', '-05:00', 'Cuba', 'La Habana', 24, true],
] as const

export const sites: ReadonlyMap<string, Site> = new Map(
  rows.map(([id, name, currencyId, countryId, domain, timeOffset, country, city, scale, cents]) => [
    id,
    {
      id,
      name,
      currencyId,
      countryId,
      domain,
      timeOffset,
      country,
      city,
      scale,
      cents,
      language: id === 'MLB' ? 'pt' : 'es',
      listingHost: `${id === 'MLB' ? 'produto' : 'articulo'}.${domain}`,
    },
  ]),
)

/** The site with that id. @throws RangeError for an unknown one */
export function siteOf(siteId: string): Site {
  const site = sites.get(siteId)
  if (site === undefined) throw new RangeError(`unknown site ${siteId}`)
  return site
}
