import {siteOf} from '../sites.js'
import {type Item, pseudoRandom} from './item.js'

/** The products of seeded items, with made-up categories. */
export interface Product {
  es: string
  pt: string
  brand: string
  models: readonly [string, ...string[]]
  /** The number of the category, whose id begins with the site. */
  category: number
  domain: string
}

export const products: readonly [Product, ...Product[]] = [
  {
    es: 'Teléfono celular liberado',
    pt: 'Telefone celular desbloqueado',
    brand: 'Ñandú',
    models: ['X2', 'X2 Pro', 'Mini'],
    category: 1055,
    domain: 'CELLPHONES',
  },
  {
    es: 'Audífonos inalámbricos',
    pt: 'Fones de ouvido sem fio',
    brand: 'Sónica',
    models: ['Aire', 'Aire 3', 'Bajo+'],
    category: 1676,
    domain: 'HEADPHONES',
  },
  {
    es: 'Cafetera eléctrica',
    pt: 'Cafeteira elétrica',
    brand: 'Tostado',
    models: ['CE-12', 'CE-20'],
    category: 5411,
    domain: 'COFFEE_MAKERS',
  },
  {
    es: 'Colchón de resortes 2 plazas',
    pt: 'Colchão de molas casal',
    brand: 'Sueño',
    models: ['Clásico', 'Única'],
    category: 1621,
    domain: 'MATTRESSES',
  },
  {
    es: 'Zapatillas de montaña',
    pt: 'Tênis de trilha',
    brand: 'Páramo',
    models: ['Cóndor', 'Andes'],
    category: 109027,
    domain: 'SNEAKERS',
  },
  {
    es: 'Camión de juguete',
    pt: 'Caminhão de brinquedo',
    brand: 'Ratón',
    models: ['T1', 'T2'],
    category: 1166,
    domain: 'TOY_VEHICLES',
  },
  {
    es: 'Cámara de acción 4K',
    pt: 'Câmera de ação 4K',
    brand: 'Águila',
    models: ['Go', 'Go Más'],
    category: 1042,
    domain: 'ACTION_CAMERAS',
  },
  {
    es: 'Jabón artesanal de maracuyá',
    pt: 'Sabão artesanal de maracujá',
    brand: 'Açaí',
    models: ['100 g', '250 g'],
    category: 1253,
    domain: 'SOAPS',
  },
  {
    es: 'Lámpara de pie para salón',
    pt: 'Luminária de chão para sala',
    brand: 'Lumbre',
    models: ['Módena', 'Época'],
    category: 1588,
    domain: 'FLOOR_LAMPS',
  },
  {
    es: 'Batería para automóvil 12V',
    pt: 'Bateria automotiva 12V',
    brand: 'Voltaje',
    models: ['60Ah', '75Ah'],
    category: 5750,
    domain: 'VEHICLE_BATTERIES',
  },
  {
    es: 'Libro: el año del balcón',
    pt: 'Livro: o ano da varanda',
    brand: 'Edición Sur',
    models: ['Tapa dura', 'Bolsillo'],
    category: 3025,
    domain: 'BOOKS',
  },
  {
    es: 'Pañales talla G',
    pt: 'Fraldas tamanho G',
    brand: 'Cariño',
    models: ['x60', 'x120'],
    category: 1384,
    domain: 'DIAPERS',
  },
]

const colours = {
  es: ['Negro', 'Blanco', 'Azul', 'Rojo', 'Marrón', 'Café con leche', 'Verde limón'],
  pt: ['Preto', 'Branco', 'Azul', 'Vermelho', 'Marrom', 'Maçã verde', 'Violeta'],
} as const

/** Sentences like those of technical sheets, which bring an item to its wanted size. */
export const sheet: readonly (readonly [id: string, name: string, es: string, pt: string])[] = [
  [
    'MAIN_FEATURES',
    'Main features',
    'Diseño pensado para el uso de cada día, con materiales que resisten golpes, lluvia y años de mudanzas; probado en nuestro taller antes de salir.',
    'Desenho pensado para o uso de cada dia, com materiais que resistem a batidas, chuva e anos de mudanças; testado em nossa oficina antes de sair.',
  ],
  [
    'INCLUDED_ACCESSORIES',
    'Included accessories',
    'Incluye manual en español, estuche de viaje, cable de repuesto y una pequeña bolsa de algodón para guardarlo todo sin que se raye.',
    'Inclui manual em português, estojo de viagem, cabo de reposição e uma pequena bolsa de algodão para guardar tudo sem riscos.',
  ],
  [
    'CARE_INSTRUCTIONS',
    'Care instructions',
    'Límpielo con un paño húmedo, nunca con alcohol ni con productos abrasivos; déjelo secar a la sombra y evite el sol directo de mediodía.',
    'Limpe com um pano úmido, nunca com álcool nem produtos abrasivos; deixe secar à sombra e evite o sol direto do meio-dia.',
  ],
  [
    'RECOMMENDED_USES',
    'Recommended uses',
    'Recomendado para el hogar, la oficina y los paseos; también como regalo de cumpleaños, de graduación o para quien dice que ya lo tiene todo.',
    'Recomendado para a casa, o escritório e os passeios; também como presente de aniversário, de formatura ou para quem diz que já tem tudo.',
  ],
  [
    'SHIPPING_NOTES',
    'Shipping notes',
    'Despachamos el mismo día si la compra entra antes de las 14 h; el paquete viaja con doble caja y con código de seguimiento.',
    'Despachamos no mesmo dia se a compra entrar antes das 14 h; o pacote viaja com caixa dupla e com código de rastreamento.',
  ],
  [
    'WARRANTY_NOTES',
    'Warranty notes',
    'La garantía cubre defectos de fábrica; guarde la factura y escríbanos por el chat, que respondemos también los sábados por la mañana.',
    'A garantia cobre defeitos de fabricação; guarde a nota fiscal e escreva pelo chat, que respondemos também aos sábados pela manhã.',
  ],
  [
    'ORIGIN_NOTES',
    'Origin notes',
    'Hecho en la región por una empresa familiar de tercera generación, con energía solar y envases que se pueden volver a usar.',
    'Feito na região por uma empresa familiar de terceira geração, com energia solar e embalagens que podem ser usadas de novo.',
  ],
  [
    'SIZE_NOTES',
    'Size notes',
    'Las medidas se tomaron a mano y pueden variar hasta un centímetro; mire la tabla de la última imagen antes de comprar.',
    'As medidas foram tiradas à mão e podem variar até um centímetro; veja a tabela da última imagem antes de comprar.',
  ],
]

/** The title, category and main attributes of an item. */
export interface Wording {
  title: string
  /** The title in the address of the item's page. */
  slug: string
  categoryId: string
  domainId: string
  brand: string
  model: string
  colour: string
}

export function colourOf(language: 'es' | 'pt', index: number): string {
  const list = colours[language]
  return list[index % list.length] ?? list[0]
}

const wordings = new Map<string, Wording>()

/**
 * The generated wording of a seeded item; null for an item that a client published. Items with the same site, model and colour
 * share it.
 */
export function wordingOf({number, product: index, siteId}: Item): Wording | null {
  const product = products[index]
  if (product === undefined) return null
  const model = pseudoRandom(number, 1, product.models.length)
  const colour = pseudoRandom(number, 2, 7)
  const key = `${siteId} ${index} ${model} ${colour}`
  const known = wordings.get(key)
  if (known !== undefined) return known
  const wording = word(product, siteId, model, colour)
  wordings.set(key, wording)
  return wording
}

function word(product: Product, siteId: string, modelIndex: number, colourIndex: number): Wording {
  const {language} = siteOf(siteId)
  const model = product.models[modelIndex] ?? product.models[0]
  const colour = colourOf(language, colourIndex)
  const title = `${product[language]} ${product.brand} ${model} ${colour}`.slice(0, 60)
  return {
    title,
    slug: slugOf(title),
    categoryId: `${siteId}${product.category}`,
    domainId: `${siteId}-${product.domain}`,
    brand: product.brand,
    model,
    colour,
  }
}

export function slugOf(title: string): string {
  return title
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
}
