import {html, nothing} from './html.js'
import {page} from './layout.js'
import type {Language} from './texts.js'

type Kind = 'bad' | 'forged' | 'missing' | 'large' | 'elsewhere' | 'many' | 'away' | 'fault'

const texts: Readonly<Record<Language, Readonly<Record<Kind, readonly [title: string, what: string]>>>> = {
  es: {
    bad: [
      'No se entiende la petición',
      'Lo que llegó no tiene la forma que esta página espera. Vuelve atrás y prueba otra vez.',
    ],
    forged: [
      'No se hizo nada',
      'Este envío no salió de una página abierta aquí, o la página es de antes de iniciar sesión. Ábrela otra vez y repite el paso.',
    ],
    missing: ['Aquí no hay nada', 'La dirección no existe, o ya no existe.'],
    large: ['Es demasiado grande', 'Lo que se envió es más de lo que esta página recibe.'],
    elsewhere: ['Esta dirección no se atiende aquí', 'Usa la dirección que te dio tu equipo.'],
    many: ['Demasiadas peticiones', 'Espera un minuto y prueba otra vez.'],
    away: ['Mercado Libre no responde', 'No se perdió nada. Espera un momento y prueba otra vez.'],
    fault: ['Algo falló de nuestro lado', 'Quedó anotado. Prueba otra vez; si se repite, da este número a tu equipo.'],
  },
  pt: {
    bad: ['Não entendemos o pedido', 'O que chegou não tem a forma que esta página espera. Volte e tente outra vez.'],
    forged: [
      'Nada foi feito',
      'Este envio não saiu de uma página aberta aqui, ou a página é de antes de você entrar. Abra-a outra vez e repita o passo.',
    ],
    missing: ['Não há nada aqui', 'O endereço não existe, ou não existe mais.'],
    large: ['É grande demais', 'O que foi enviado é mais do que esta página recebe.'],
    elsewhere: ['Este endereço não é atendido aqui', 'Use o endereço que a sua equipe passou.'],
    many: ['Pedidos demais', 'Espere um minuto e tente outra vez.'],
    away: ['O Mercado Livre não responde', 'Nada se perdeu. Espere um momento e tente outra vez.'],
    fault: [
      'Algo falhou do nosso lado',
      'Ficou registrado. Tente outra vez; se repetir, passe este número à sua equipe.',
    ],
  },
  en: {
    bad: [
      'This request cannot be understood',
      'It does not have the form that this page expects. Go back and try again.',
    ],
    forged: [
      'Nothing was done',
      'This did not come from a page that was opened here, or the page is older than your signing in. Open it again and repeat the step.',
    ],
    missing: ['There is nothing here', 'The address does not exist, or not any more.'],
    large: ['This is too large', 'What was sent is more than this page accepts.'],
    elsewhere: ['This address is not served here', 'Use the address that your team gave you.'],
    many: ['Too many requests', 'Wait a minute, and try again.'],
    away: ['Mercado Libre does not answer', 'Nothing was lost. Wait a moment, and try again.'],
    fault: [
      'Something failed on our side',
      'It was logged. Try again; if it happens again, give this number to your team.',
    ],
  },
}

/** Where to go on: an operator at the start page, anybody else with what sellers come for. */
const onward = {
  es: ['Ir al inicio', 'Conectar con Mercado Libre'],
  pt: ['Ir para o início', 'Conectar com o Mercado Livre'],
  en: ['Go to the start page', 'Connect with Mercado Libre'],
} as const

const reference = {es: 'Número', pt: 'Número', en: 'Number'} as const

export interface ErrorPageOptions {
  language: Language
  status: number
  refusal?: 'forged' | 'elsewhere' | undefined
  /** By which the request is found in the log. */
  requestId: string
  operator?: {name: string; csrfToken: string} | undefined
}

export function errorPage({language, status, refusal, requestId, operator}: ErrorPageOptions): string {
  const kind = refusal ?? kindOf(status)
  const [title, what] = texts[language][kind]
  const [home, connect] = onward[language]
  const link = operator === undefined ? html`<a href="/connect">${connect}</a>` : html`<a href="/">${home}</a>`
  const content = html`<p class="mark bad" aria-hidden="true">✗</p>
<h1>${title}</h1>
<p>${what}</p>
${kind === 'bad' || kind === 'missing' ? html`<p>${link}</p>` : nothing}
<p class="soft">${reference[language]}: <code>${requestId}</code></p>`
  return page({language, title, content, operator})
}

/** The same for programs, which get a line of text. */
export function errorLine({status, refusal}: Pick<ErrorPageOptions, 'status' | 'refusal'>): string {
  return `${texts.en[refusal ?? kindOf(status)][0]}.\n`
}

function kindOf(status: number): Kind {
  if (status === 404) return 'missing'
  if (status === 413) return 'large'
  if (status === 429) return 'many'
  if (status === 503) return 'away'
  return status < 500 ? 'bad' : 'fault'
}
