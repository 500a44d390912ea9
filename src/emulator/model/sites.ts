/** A country of the service. docs/mercadolibre.md, section 1. */
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

/** The site with that id. @throws RangeError for an unknown one */
export function siteOf(siteId: string): Site {
  const site = sites.get(siteId)
  if (site === undefined) throw new RangeError(`unknown site ${siteId}`)
  return site
}

/** The values that generated items take from their site. docs/mercadolibre.md, section 1. */
export interface ItemSite {
  currencyId: string
  /** Host of a listing's page. */
  host: string
  language: 'es' | 'pt'
  country: string
  city: string
  /** The approximate price of a dollar, for plausible prices. */
  scale: number
  /** False where prices are whole numbers in practice. */
  cents: boolean
}

type Row = readonly [country: string, city: string, scale: number, cents: boolean]

const itemRows: Readonly<Record<string, Row>> = {
  MLA: ['Argentina', 'Córdoba', 1000, true],
  MLB: ['Brasil', 'São Paulo', 5, true],
  MLM: ['México', 'Ciudad de México', 18, true],
  MLC: ['Chile', 'Valparaíso', 950, false],
  MCO: ['Colombia', 'Bogotá', 4000, false],
  MLU: ['Uruguay', 'Montevideo', 40, true],
  MPE: ['Perú', 'Lima', 4, true],
  MEC: ['Ecuador', 'Quito', 1, true],
  MLV: ['Venezuela', 'Mérida', 40, true],
  MPA: ['Panamá', 'Panamá', 1, true],
  MRD: ['República Dominicana', 'Santiago', 60, true],
  MCR: ['Costa Rica', 'San José', 500, true],
  MBO: ['Bolivia', 'La Paz', 7, true],
  MPY: ['Paraguay', 'Asunción', 7500, false],
  MGT: ['Guatemala', 'Guatemala', 8, true],
  MHN: ['Honduras', 'Tegucigalpa', 25, true],
  MNI: ['Nicaragua', 'León', 37, true],
  MSV: ['El Salvador', 'San Salvador', 1, true],
  MCU: ['Cuba', 'La Habana', 24, true],
}

const elsewhere: Row = ['', '', 1, true]

const itemSites = new Map([...sites.values()].map((site) => [site.id, toSite(site)]))
const fallback = toSite({id: '', currencyId: 'USD', domain: 'mercadolibre.com'})

function toSite({id, currencyId, domain}: Pick<Site, 'id' | 'currencyId' | 'domain'>): ItemSite {
  const [country, city, scale, cents] = itemRows[id] ?? elsewhere
  const portuguese = id === 'MLB'
  const host = `${portuguese ? 'produto' : 'articulo'}.${domain}`
  return {currencyId, country, city, scale, cents, language: portuguese ? 'pt' : 'es', host}
}

/** The values of a site; an unknown one sells in dollars. */
export function itemSiteOf(siteId: string): ItemSite {
  return itemSites.get(siteId) ?? fallback
}
