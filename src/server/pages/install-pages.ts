import type {PendingInstall} from '../../services/ports/index.js'
import {type Html, html, nothing} from './html.js'
import {page} from './layout.js'
import type {Language} from './texts.js'

type Viewer = {language: Language; operator?: {name: string; csrfToken: string} | undefined}

const texts = {
  es: {
    received: 'Recibimos tu permiso',
    waits:
      'Falta un paso, que hace el equipo que te invitó: unir tu cuenta a su tienda. No tienes que hacer nada más y puedes cerrar esta página.',
    until: 'Si nadie lo hace antes de esta fecha, el permiso se devuelve solo',
    reference: 'Número para el equipo',
    team: '¿Eres del equipo?',
    teamHow: 'Abre en este navegador tu enlace para entrar, y vuelves a esta página. En la terminal: ',
    signIn: 'Cómo entrar',
    question: 'Una cuenta espera ser conectada',
    explain:
      'Este vendedor ya dio permiso en Mercado Libre. Si la conectas, tu equipo trabaja con sus datos. Hazlo solo si sabes quién es.',
    button: 'Conectar esta cuenta',
    account: 'Cuenta',
    country: 'Sitio',
    kind: 'Tipo',
    real: 'Cuenta real',
    test: 'Usuario de prueba',
    since: 'Dio permiso',
    linked: 'La cuenta está conectada',
    linkedWhat: 'ya está conectada. No hay nada más que hacer.',
    open: 'Ver la tienda',
    missing: 'Aquí no espera ninguna cuenta',
    missingWhat: 'El enlace es de otra parte, o pasaron los siete días y el permiso se devolvió.',
    again: 'Para conectarla, el vendedor tiene que dar permiso otra vez.',
    renewed: 'Tu permiso se renovó',
    renewedWhat: 'sigue conectada, ahora con el permiso nuevo. Puedes cerrar esta página.',
    retry: 'Conectar con Mercado Libre',
  },
  pt: {
    received: 'Recebemos a sua permissão',
    waits:
      'Falta um passo, que é da equipe que convidou você: unir a sua conta à loja dela. Você não precisa fazer mais nada e pode fechar esta página.',
    until: 'Se ninguém o fizer até esta data, a permissão é devolvida',
    reference: 'Número para a equipe',
    team: 'Você é da equipe?',
    teamHow: 'Abra neste navegador o seu link para entrar, e você volta a esta página. No terminal: ',
    signIn: 'Como entrar',
    question: 'Uma conta espera ser conectada',
    explain:
      'Este vendedor já deu permissão no Mercado Livre. Se você a conectar, a sua equipe trabalha com os dados dele. Faça isso só se souber quem é.',
    button: 'Conectar esta conta',
    account: 'Conta',
    country: 'Site',
    kind: 'Tipo',
    real: 'Conta real',
    test: 'Usuário de teste',
    since: 'Deu permissão',
    linked: 'A conta está conectada',
    linkedWhat: 'já está conectada. Não há mais nada a fazer.',
    open: 'Ver a loja',
    missing: 'Nenhuma conta espera aqui',
    missingWhat: 'O link é de outro lugar, ou passaram os sete dias e a permissão foi devolvida.',
    again: 'Para conectá-la, o vendedor precisa dar permissão outra vez.',
    renewed: 'A sua permissão foi renovada',
    renewedWhat: 'continua conectada, agora com a permissão nova. Você pode fechar esta página.',
    retry: 'Conectar com o Mercado Livre',
  },
  en: {
    received: 'We received your permission',
    waits:
      'One step is left for the team that invited you: linking your account to their shop. You are done and can close this page.',
    until: 'If nobody does it before this time, the permission is given back by itself',
    reference: 'Number for the team',
    team: 'Are you on the team?',
    teamHow: 'Open your sign-in link in this browser to come back to this page. At the terminal: ',
    signIn: 'How to sign in',
    question: 'An account is waiting to be connected',
    explain:
      'This seller has given permission at Mercado Libre. If you connect the account, your team works with its data. Do so only if you know who it is.',
    button: 'Connect this account',
    account: 'Account',
    country: 'Site',
    kind: 'Kind',
    real: 'Real account',
    test: 'Test user',
    since: 'Permission given',
    linked: 'The account is connected',
    linkedWhat: 'is connected. There is nothing more to do.',
    open: 'See the shop',
    missing: 'No account waits here',
    missingWhat: 'The link is of another place, or the seven days are over and the permission was given back.',
    again: 'To connect it, the seller has to give permission again.',
    renewed: 'Your permission was renewed',
    renewedWhat: 'stays connected, now with the new permission. You can close this page.',
    retry: 'Connect with Mercado Libre',
  },
} as const satisfies Record<Language, unknown>

/** To the seller: it waits. To an operator: a button. */
export function pendingPage(
  viewer: Viewer,
  install: PendingInstall,
  form: {csrf: Html; next: string | undefined},
): string {
  const {language, operator} = viewer
  const text = texts[language]
  const who = html`<dt>${text.account}</dt><dd><bdi>${install.identified ? install.nickname : String(install.userId)}</bdi></dd>
<dt>${text.country}</dt><dd>${install.siteId}</dd>
<dt>${text.kind}</dt><dd>${install.isTestUser ? text.test : text.real}</dd>`
  if (operator === undefined) {
    const content = html`<p class="mark good" aria-hidden="true">✓</p>
<h1>${text.received}</h1>
<p>${text.waits}</p>
<dl class="facts">${who}
<dt>${text.reference}</dt><dd><code>${install.id}</code></dd></dl>
<p class="soft">${text.until}: ${time(language, install.pendingUntil)}</p>
<h2>${text.team}</h2>
<p>${text.teamHow}<code>meli installs complete ${install.id}</code></p>
<p><a href="/sign-in">${text.signIn}</a></p>`
    return page({language, title: text.received, content})
  }
  const content = html`<h1>${text.question}</h1>
<p>${text.explain}</p>
<dl class="facts">${who}
<dt>${text.since}</dt><dd>${time(language, install.createdAt)}</dd></dl>
<form method="post" action="/install/meli/complete">
${form.csrf}
<input type="hidden" name="installation_id" value="${install.id}">
${form.next === undefined ? nothing : html`<input type="hidden" name="next" value="${form.next}">`}
<p class="actions"><button>${text.button}</button></p>
</form>
<p class="soft">${text.until}: ${time(language, install.pendingUntil)}</p>`
  return page({language, title: text.question, content, operator})
}

export function linkedPage({language, operator}: Viewer, linked: {nickname: string; storeId: string}): string {
  const text = texts[language]
  const open = html`<p class="actions"><a class="button" href="/stores/${linked.storeId}">${text.open}</a></p>`
  const content = html`<p class="mark good" aria-hidden="true">✓</p>
<h1>${text.linked}</h1>
<p><strong><bdi>${linked.nickname}</bdi></strong> ${text.linkedWhat}</p>
${operator === undefined ? nothing : open}`
  return page({language, title: text.linked, content, operator})
}

export function renewedPage({language}: Viewer, nickname: string): string {
  const text = texts[language]
  const content = html`<p class="mark good" aria-hidden="true">✓</p>
<h1>${text.renewed}</h1>
<p><strong><bdi>${nickname}</bdi></strong> ${text.renewedWhat}</p>`
  return page({language, title: text.renewed, content})
}

export function missingInstallPage({language, operator}: Viewer): string {
  const text = texts[language]
  const content = html`<p class="mark bad" aria-hidden="true">✗</p>
<h1>${text.missing}</h1>
<p>${text.missingWhat}</p>
<p>${text.again}</p>
<p class="actions"><a class="button" href="/connect">${text.retry}</a></p>`
  return page({language, title: text.missing, content, operator})
}

/** UTC, and said so: a page without scripts does not know where it is read. */
function time(language: Language, at: Date): Html {
  const shown = new Intl.DateTimeFormat(language, {dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC'}).format(at)
  return html`<time datetime="${at.toISOString()}">${shown} UTC</time>`
}
