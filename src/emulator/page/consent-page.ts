import type {AuthorizationFault, AuthorizationRequest} from '../model/authorization.js'
import type {User} from '../model/users.js'
import {consentStyle} from './consent-style.js'
import {type ConsentTexts, consentTexts, type Language} from './consent-texts.js'
import {html, Markup} from './html.js'

export interface PageContext {
  language: Language
  /** The query of the authorization address, for the links that start again. */
  query: string
}

/** Step one: who are you? Real accounts can be picked; test users have a password to give. */
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

/** Step two: may it? */
export function decisionPage(
  context: PageContext,
  request: AuthorizationRequest,
  transaction: string,
  user: User,
): string {
  const texts = consentTexts[context.language]
  // "While you are away" refers to what stands before it.
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

/** What the user sees when there is nothing to decide; the application is told nothing. */
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
