import {type Site, sites} from '../sites.js'

/** What an item needs to know of its site. docs/mercadolibre.md, section 1. */
export interface ItemSite {
  currencyId: string
  /** Host of a listing's page. */
  host: string
  language: 'es' | 'pt'
  country: string
  city: string
  /** About how many units of the currency a dollar buys; keeps prices plausible. */
  scale: number
  /** False where prices are whole numbers in practice. */
  cents: boolean
}

type Row = readonly [country: string, city: string, scale: number, cents: boolean]

const rows: Readonly<Record<string, Row>> = {
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

const known = new Map([...sites.values()].map((site) => [site.id, toSite(site)]))
const fallback = toSite({id: '', currencyId: 'USD', domain: 'mercadolibre.com'})

function toSite({id, currencyId, domain}: Pick<Site, 'id' | 'currencyId' | 'domain'>): ItemSite {
  const [country, city, scale, cents] = rows[id] ?? elsewhere
  const portuguese = id === 'MLB'
  const host = `${portuguese ? 'produto' : 'articulo'}.${domain}`
  return {currencyId, country, city, scale, cents, language: portuguese ? 'pt' : 'es', host}
}

/** An unknown site sells in dollars. */
export function siteOf(siteId: string): ItemSite {
  return known.get(siteId) ?? fallback
}
