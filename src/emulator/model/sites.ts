/** One country of the service. Source: docs/mercadolibre.md, section 1. */
export interface Site {
  id: string
  name: string
  currencyId: string
  countryId: string
  /** Host of public pages, as in permalinks. */
  domain: string
  timeOffset: string
}

const rows: readonly (readonly [string, string, string, string, string, string])[] = [
  ['MLA', 'Argentina', 'ARS', 'AR', 'mercadolibre.com.ar', '-03:00'],
  ['MLB', 'Brasil', 'BRL', 'BR', 'mercadolivre.com.br', '-03:00'],
  ['MLM', 'Mexico', 'MXN', 'MX', 'mercadolibre.com.mx', '-06:00'],
  ['MLC', 'Chile', 'CLP', 'CL', 'mercadolibre.cl', '-04:00'],
  ['MCO', 'Colombia', 'COP', 'CO', 'mercadolibre.com.co', '-05:00'],
  ['MLU', 'Uruguay', 'UYU', 'UY', 'mercadolibre.com.uy', '-03:00'],
  ['MPE', 'Perú', 'PEN', 'PE', 'mercadolibre.com.pe', '-05:00'],
  ['MEC', 'Ecuador', 'USD', 'EC', 'mercadolibre.com.ec', '-05:00'],
  ['MLV', 'Venezuela', 'VES', 'VE', 'mercadolibre.com.ve', '-04:00'],
  ['MPA', 'Panamá', 'PAB', 'PA', 'mercadolibre.com.pa', '-05:00'],
  ['MRD', 'Dominicana', 'DOP', 'DO', 'mercadolibre.com.do', '-04:00'],
  ['MCR', 'Costa Rica', 'CRC', 'CR', 'mercadolibre.co.cr', '-06:00'],
  ['MBO', 'Bolivia', 'BOB', 'BO', 'mercadolibre.com.bo', '-04:00'],
  ['MPY', 'Paraguay', 'PYG', 'PY', 'mercadolibre.com.py', '-03:00'],
  ['MGT', 'Guatemala', 'GTQ', 'GT', 'mercadolibre.com.gt', '-06:00'],
  ['MHN', 'Honduras', 'HNL', 'HN', 'mercadolibre.com.hn', '-06:00'],
  ['MNI', 'Nicaragua', 'NIO', 'NI', 'mercadolibre.com.ni', '-06:00'],
  ['MSV', 'El Salvador', 'USD', 'SV', 'mercadolibre.com.sv', '-06:00'],
  ['MCU', 'Cuba', 'CUP', 'CU', 'mercadolibre.com.cu', '-05:00'],
]

export const sites: ReadonlyMap<string, Site> = new Map(
  rows.map(([id, name, currencyId, countryId, domain, timeOffset]) => [
    id,
    {id, name, currencyId, countryId, domain, timeOffset},
  ]),
)

/** The site of that id. Callers have checked the id before; an unknown one is a bug. */
export function siteOf(siteId: string): Site {
  const site = sites.get(siteId)
  if (site === undefined) throw new RangeError(`unknown site ${siteId}`)
  return site
}
