import type {MeliError} from '../../core/errors.js'
import {connectTexts, type Saying} from './connect-texts.js'
import {html, nothing} from './html.js'
import {page} from './layout.js'
import type {Language} from './texts.js'

type Viewer = {language: Language; operator?: {name: string; csrfToken: string} | undefined}

/** Where somebody begins anew. */
export const connectPath = '/connect'

/** What went wrong on the way from Mercado Libre, and what to do. Its own words are shown as what they are. */
export function failurePage({language, operator}: Viewer, error: MeliError): string {
  const texts = connectTexts[language]
  const {title, what, advice} = sayingOf(language, error)
  const said = error.details?.service_error
  // When the service does not answer, the same address goes on from where it stopped.
  const again =
    error.family === 'network'
      ? nothing
      : html`<p class="actions"><a class="button" href="${connectPath}">${texts.retry}</a></p>`
  const content = html`<p class="mark bad" aria-hidden="true">✗</p>
<h1>${title}</h1>
<p>${what}</p>
<p>${advice}</p>
${typeof said === 'string' ? html`<p class="soft">${texts.said}: <q lang="en">${said}</q></p>` : nothing}
${again}
<p class="soft">${texts.code}: <code>${error.code}</code></p>`
  return page({language, title, content, operator})
}

function sayingOf(language: Language, {code, family}: MeliError): Saying {
  const {sayings, away, setUp, fallback} = connectTexts[language]
  const own = sayings[code]
  if (own !== undefined) return own
  if (family === 'network') return away
  return family === 'config' ? setUp : fallback
}

/** 4xx for what the browser brought, 5xx for what is wrong on our side or the service's. */
export function failureStatus({code, family}: MeliError): number {
  if (code === 'MELI_REDIRECT_MISMATCH' || code === 'MELI_OFFLINE_ACCESS_MISSING') return 400
  if (family === 'network') return 503
  return family === 'config' || family === 'bug' ? 500 : 400
}

export interface ConnectSite {
  id: string
  name: string
}

const startTexts = {
  es: {
    title: 'Conecta tu cuenta de Mercado Libre',
    what: 'Vas a pasar a la página de Mercado Libre, donde tú decides si das permiso. Aquí no se ve ni se guarda tu contraseña.',
    country: 'País de tu cuenta',
    button: 'Conectar con Mercado Libre',
    after: 'Puedes quitar el permiso cuando quieras, en Mercado Libre o pidiéndolo a este equipo.',
  },
  pt: {
    title: 'Conecte a sua conta do Mercado Livre',
    what: 'Você vai para a página do Mercado Livre, onde decide se dá a permissão. Aqui a sua senha não é vista nem guardada.',
    country: 'País da sua conta',
    button: 'Conectar com o Mercado Livre',
    after: 'Você pode retirar a permissão quando quiser, no Mercado Livre ou pedindo a esta equipe.',
  },
  en: {
    title: 'Connect your Mercado Libre account',
    what: 'You continue to Mercado Libre, where you decide whether to give permission. Your password is neither seen nor stored here.',
    country: 'Country of your account',
    button: 'Connect with Mercado Libre',
    after: 'You can revoke the permission at any time, at Mercado Libre or by asking this team.',
  },
} as const satisfies Record<Language, unknown>

/** The page that a team sends its sellers to. */
export function startPage({language, operator}: Viewer, sites: readonly ConnectSite[], chosen: string): string {
  const texts = startTexts[language]
  const options = sites.map(({id, name}) =>
    id === chosen
      ? html`<option value="${id}" selected>${name}</option>`
      : html`<option value="${id}">${name}</option>`,
  )
  const content = html`<h1>${texts.title}</h1>
<p>${texts.what}</p>
<form method="get" action="/api/auth/meli/start">
<label for="site">${texts.country}</label>
<select id="site" name="site">${options}</select>
<p class="actions"><button>${texts.button}</button></p>
</form>
<p class="soft">${texts.after}</p>`
  return page({language, title: texts.title, content, operator})
}
