import type {AuthorizationFault, AuthorizationRequest} from '../model/authorization.js'
import type {User} from '../model/users.js'
import {type ConsentTexts, consentTexts, type Language} from './consent-texts.js'

/** Text that is HTML and is not escaped again. */
export class Markup {
  constructor(readonly text: string) {}
}

type Value = string | number | Markup | readonly Markup[] | null

/** A template in which everything but markup is escaped, attribute values included. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Markup {
  return new Markup(strings.reduce((text, part, index) => text + render(values[index - 1] ?? null) + part))
}

function render(value: Value): string {
  if (value === null) return ''
  if (value instanceof Markup) return value.text
  if (typeof value === 'string' || typeof value === 'number') return escapeText(String(value))
  return value.map(({text}) => text).join('')
}

const entities: Record<string, string> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}

/** The page loads nothing, so its style is inline. */
const consentStyle = `
:root {
  --ground: #f3f4f8; --card: #fff; --text: #1b1e27; --quiet: #565d6e; --line: #cdd2de;
  --action: #2f4bc2; --on-action: #fff; --warn: #fff2c7; --on-warn: #4f3b00; --bad: #a61b29;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14161b; --card: #1e2129; --text: #e9ebf1; --quiet: #a6adbd; --line: #3d4352;
    --action: #a3b5ff; --on-action: #10142a; --warn: #3b3113; --on-warn: #ffe9a3; --bad: #ff9d9d;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
.emulator { margin: 0; padding: .75rem 1rem; background: var(--warn); color: var(--on-warn); text-align: center; font-weight: 600; }
main { max-width: 27rem; margin: 1.5rem auto; padding: 1.5rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
h1 { margin: 0 0 .75rem; font-size: 1.4rem; line-height: 1.25; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
p { margin: .5rem 0; overflow-wrap: anywhere; }
ul { margin: .5rem 0; padding-left: 1.25rem; }
.accounts { padding: 0; list-style: none; display: grid; gap: .5rem; }
.accounts button { text-align: left; overflow-wrap: anywhere; }
.accounts span { display: block; color: var(--quiet); font-size: .875rem; }
label { display: block; margin: .75rem 0 .25rem; }
input { width: 100%; padding: .6rem .7rem; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--quiet); border-radius: .5rem; }
button { width: 100%; min-height: 2.75rem; padding: .5rem .8rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--quiet); border-radius: .5rem; cursor: pointer; }
button.primary { margin-top: 1rem; background: var(--action); border-color: var(--action); color: var(--on-action); font-weight: 600; }
.decision { display: grid; gap: .6rem; }
:focus-visible { outline: 3px solid var(--action); outline-offset: 2px; }
a { color: var(--action); }
code { font-size: .875em; overflow-wrap: anywhere; }
.small { color: var(--quiet); font-size: .875rem; }
.problem { color: var(--bad); font-weight: 600; }
footer { display: flex; justify-content: center; gap: 1rem; padding: 0 1rem 2rem; font-size: .875rem; }
@media (max-width: 30rem) { main { margin: 0; border-width: 0 0 1px; border-radius: 0; padding: 1.25rem 1rem; } footer { padding-top: 1rem; } }
`

export interface PageContext {
  language: Language
  /** The query of the authorization address, for the links that start again. */
  query: string
}

/** Step one: log in. Real accounts can be picked; test users enter their password. */
export function logInPage(
  context: PageContext,
  request: AuthorizationRequest,
  transaction: string,
  accounts: readonly User[],
  problem: AuthorizationFault | null,
): string {
  const texts = consentTexts[context.language]
  return page(
    context,
    texts.logInTitle,
    html`<p><strong>${request.app.name}</strong> ${texts.asksForAccess}</p>
      ${problem === null ? null : html`<p class="problem" role="alert">${texts.problems[problem]}</p>`}
      <form method="post" action="/authorization/login">
        <input type="hidden" name="transaction" value="${transaction}">
        <h2>${texts.pickAccount}</h2>
        <ul class="accounts">${accounts.map((account) => accountButton(account, texts))}</ul>
      </form>
      <form method="post" action="/authorization/login">
        <input type="hidden" name="transaction" value="${transaction}">
        <h2>${texts.orWithPassword}</h2>
        <label for="nickname">${texts.nickname}</label>
        <input id="nickname" name="nickname" autocomplete="off" autocapitalize="off" spellcheck="false" required>
        <label for="password">${texts.password}</label>
        <input id="password" name="password" type="password" autocomplete="off" required>
        <button class="primary">${texts.goOn}</button>
      </form>`,
  )
}

/** Step two: allow or deny. */
export function decisionPage(
  context: PageContext,
  request: AuthorizationRequest,
  transaction: string,
  user: User,
): string {
  const texts = consentTexts[context.language]
  // Offline access comes last, because its text refers to the other scopes.
  const scopes = request.app.scopes
    .toSorted((a, b) => Number(a === 'offline_access') - Number(b === 'offline_access'))
    .map((scope) => html`<li>${texts.scopes[scope] ?? scope}</li>`)
  return page(
    context,
    texts.decisionTitle,
    html`<p><strong>${request.app.name}</strong> ${texts.onBehalfOf} <strong>${user.nickname}</strong> (${user.siteId}).</p>
      <p>${texts.willBeAbleTo}</p>
      <ul>${scopes}</ul>
      <form method="post" action="/authorization/decision" class="decision">
        <input type="hidden" name="transaction" value="${transaction}">
        <button class="primary" name="decision" value="allow">${texts.allow}</button>
        <button name="decision" value="deny">${texts.deny}</button>
      </form>
      <p><a href="/authorization?${context.query}">${texts.otherAccount}</a></p>
      <p class="small">${texts.backTo} <code>${request.redirectUri}</code></p>`,
  )
}

/** The page for an error. The application is not told. */
export function problemPage(context: PageContext, fault: AuthorizationFault, redirectUri: string | null): string {
  const texts = consentTexts[context.language]
  // The English sentence is the service's own (docs/mercadolibre.md, section 2.1).
  const mismatch = html`<p>The client callback has to match the redirect_uri param.</p>
    <p class="small"><code>redirect_uri=${redirectUri}</code></p>`
  return page(
    context,
    texts.problemTitle,
    html`<p role="alert">${texts.problems[fault]}</p>
      ${fault === 'redirect_mismatch' ? mismatch : null}
      <p class="small"><code>${fault}</code></p>`,
  )
}

function accountButton({id, nickname, siteId, operatorOf}: User, texts: ConsentTexts): Markup {
  const kind = operatorOf === null ? siteId : `${siteId}, ${texts.collaborator}`
  return html`<li><button name="user" value="${id}"><strong>${nickname}</strong> <span>${kind} · ${id}</span></button></li>`
}

function page({language, query}: PageContext, title: string, body: Markup): string {
  const names: Readonly<Record<Language, string>> = {es: 'Español', pt: 'Português', en: 'English'}
  const links = (['es', 'pt', 'en'] as const).map((other) =>
    other === language
      ? html`<span aria-current="true">${names[other]}</span> `
      : html`<a lang="${other}" href="/authorization?${withLanguage(query, other)}">${names[other]}</a> `,
  )
  return html`<!doctype html>
<html lang="${language}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title} · emulator</title>
  <style>${new Markup(consentStyle)}</style>
</head>
<body>
  <p class="emulator">${consentTexts[language].emulator}</p>
  <main>
    <h1>${title}</h1>
    ${body}
  </main>
  <footer>${links}</footer>
</body>
</html>
`.text
}

function withLanguage(query: string, language: Language): string {
  const parameters = new URLSearchParams(query)
  parameters.set('lang', language)
  return parameters.toString()
}
