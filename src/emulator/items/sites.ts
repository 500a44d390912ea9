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

type Row = readonly [currencyId: string, domain: string, country: string, city: string, scale: number, cents: boolean]

const rows: Readonly<Record<string, Row>> = {
  MLA: ['ARS', 'com.ar', 'Argentina', 'Córdoba', 1000, true],
  MLB: ['BRL', 'com.br', 'Brasil', 'São Paulo', 5, true],
  MLM: ['MXN', 'com.mx', 'México', 'Ciudad de México', 18, true],
  MLC: ['CLP', 'cl', 'Chile', 'Valparaíso', 950, false],
  MCO: ['COP', 'com.co', 'Colombia', 'Bogotá', 4000, false],
  MLU: ['UYU', 'com.uy', 'Uruguay', 'Montevideo', 40, true],
  MPE: ['PEN', 'com.pe', 'Perú', 'Lima', 4, true],
  MEC: ['USD', 'com.ec', 'Ecuador', 'Quito', 1, true],
  MLV: ['VES', 'com.ve', 'Venezuela', 'Mérida', 40, true],
  MPA: ['PAB', 'com.pa', 'Panamá', 'Panamá', 1, true],
  MRD: ['DOP', 'com.do', 'República Dominicana', 'Santiago', 60, true],
  MCR: ['CRC', 'co.cr', 'Costa Rica', 'San José', 500, true],
  MBO: ['BOB', 'com.bo', 'Bolivia', 'La Paz', 7, true],
  MPY: ['PYG', 'com.py', 'Paraguay', 'Asunción', 7500, false],
  MGT: ['GTQ', 'com.gt', 'Guatemala', 'Guatemala', 8, true],
  MHN: ['HNL', 'com.hn', 'Honduras', 'Tegucigalpa', 25, true],
  MNI: ['NIO', 'com.ni', 'Nicaragua', 'León', 37, true],
  MSV: ['USD', 'com.sv', 'El Salvador', 'San Salvador', 1, true],
  MCU: ['CUP', 'com.cu', 'Cuba', 'La Habana', 24, true],
}

const elsewhere: Row = ['USD', 'com', '', '', 1, true]

const known = new Map(Object.entries(rows).map(([id, row]) => [id, toSite(id, row)]))
const fallback = toSite('', elsewhere)

function toSite(id: string, [currencyId, domain, country, city, scale, cents]: Row): ItemSite {
  const portuguese = id === 'MLB'
  return {
    currencyId,
    country,
    city,
    scale,
    cents,
    language: portuguese ? 'pt' : 'es',
    host: portuguese ? `produto.mercadolivre.${domain}` : `articulo.mercadolibre.${domain}`,
  }
}

/** An unknown site sells in dollars. */
export function siteOf(siteId: string): ItemSite {
  return known.get(siteId) ?? fallback
}
