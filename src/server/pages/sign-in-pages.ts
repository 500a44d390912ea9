import {type Html, html, nothing} from './html.js'
import {page} from './layout.js'
import type {Language} from './texts.js'

const texts = {
  es: {
    title: 'Entrar',
    how: 'Aquí se entra con un enlace que sirve una sola vez. Pídelo a quien administra este servidor.',
    after: 'Abre el enlace en este navegador. Dura 15 minutos.',
    seller: '¿Vienes a conectar tu cuenta de Mercado Libre?',
    connect: 'Para eso no hace falta entrar',
    ready: 'Tu enlace está listo',
    readyWhat: 'Entrarás en este navegador por ocho horas. El enlace deja de servir en cuanto lo uses.',
    button: 'Entrar',
    bad: {
      used: [
        'Este enlace ya se usó',
        'Cada enlace sirve una sola vez. Si no fuiste tú, avisa a quien administra este servidor.',
      ],
      expired: ['Este enlace venció', 'Los enlaces duran 15 minutos.'],
      unknown: ['Este enlace no sirve', 'Se cortó al copiarlo, o fue anulado.'],
    },
    again: 'Pide otro a quien administra este servidor.',
    signedIn: '¿Ya entraste en este navegador?',
    home: 'Ir al inicio',
  },
  pt: {
    title: 'Entrar',
    how: 'Aqui se entra com um link que serve uma única vez. Peça-o a quem administra este servidor.',
    after: 'Abra o link neste navegador. Ele dura 15 minutos.',
    seller: 'Você veio conectar a sua conta do Mercado Livre?',
    connect: 'Para isso não é preciso entrar',
    ready: 'O seu link está pronto',
    readyWhat: 'Você entrará neste navegador por oito horas. O link deixa de servir assim que for usado.',
    button: 'Entrar',
    bad: {
      used: [
        'Este link já foi usado',
        'Cada link serve uma única vez. Se não foi você, avise quem administra este servidor.',
      ],
      expired: ['Este link venceu', 'Os links duram 15 minutos.'],
      unknown: ['Este link não serve', 'Ele foi cortado ao copiar, ou foi anulado.'],
    },
    again: 'Peça outro a quem administra este servidor.',
    signedIn: 'Já entrou neste navegador?',
    home: 'Ir para o início',
  },
  en: {
    title: 'Sign in',
    how: 'Here you sign in with a link that works once. Ask whoever runs this server for one.',
    after: 'Open the link in this browser. It is valid for 15 minutes.',
    seller: 'Did you come to connect your Mercado Libre account?',
    connect: 'You do not need to sign in for that',
    ready: 'Your link is ready',
    readyWhat: 'You will be signed in in this browser for eight hours. The link stops working once you use it.',
    button: 'Sign in',
    bad: {
      used: [
        'This link was used before',
        'Each link works once. If that was not you, tell the person who runs this server.',
      ],
      expired: ['This link has expired', 'Links are valid for 15 minutes.'],
      unknown: ['This link does not work', 'It was copied incompletely, or it was revoked.'],
    },
    again: 'Ask whoever runs this server for another.',
    signedIn: 'Already signed in in this browser?',
    home: 'Go to the start page',
  },
} as const satisfies Record<Language, unknown>

export function signInPage(language: Language): string {
  const text = texts[language]
  const content = html`<h1>${text.title}</h1>
<p>${text.how}</p>
<p>${text.after}</p>
<p class="soft">${text.seller} <a href="/connect">${text.connect}</a>.</p>`
  return page({language, title: text.title, content})
}

/** Says nothing of whose link it is, or whether it works: looking must not use it up. */
export function useLinkPage(language: Language, token: string, csrf: Html): string {
  const text = texts[language]
  const content = html`<h1>${text.ready}</h1>
<p>${text.readyWhat}</p>
<form method="post" action="/sign-in/${token}">
${csrf}
<p class="actions"><button>${text.button}</button></p>
</form>`
  return page({language, title: text.ready, content})
}

export function deadLinkPage(language: Language, why: 'used' | 'expired' | 'unknown'): string {
  const text = texts[language]
  const [title, what] = text.bad[why]
  // A second press of the button ends here, behind the sign-in of the first.
  const onward = why === 'used' ? html`<p>${text.signedIn} <a href="/">${text.home}</a></p>` : nothing
  const content = html`<p class="mark bad" aria-hidden="true">✗</p>
<h1>${title}</h1>
<p>${what}</p>
${onward}
<p>${text.again}</p>`
  return page({language, title, content})
}
