import {type Html, html, nothing} from './html.js'
import type {Language} from './texts.js'

export interface PageOptions {
  language: Language
  title: string
  content: Html
  /** Who is signed in, with the token that the form for signing out has to send back. */
  operator?: {name: string; csrfToken: string} | undefined
  /** Style sheets besides meli.css, by their names in /assets. */
  styles?: readonly string[]
  /** `narrow` for a page that says one thing; `wide` for tables and charts. */
  width?: 'narrow' | 'wide'
}

const texts = {
  es: {skip: 'Ir al contenido', signOut: 'Cerrar sesión', stores: 'Tiendas'},
  pt: {skip: 'Ir para o conteúdo', signOut: 'Sair', stores: 'Lojas'},
  en: {skip: 'Skip to content', signOut: 'Sign out', stores: 'Stores'},
} as const satisfies Record<Language, unknown>

/** A whole page. Nothing in it runs, and nothing is loaded but /assets. */
export function page({language, title, content, operator, styles = [], width = 'narrow'}: PageOptions): string {
  const text = texts[language]
  const sheets = ['meli.css', ...styles].map((name) => html`<link rel="stylesheet" href="/assets/${name}">`)
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · meli</title>
<link rel="icon" href="/assets/meli.svg" type="image/svg+xml">
${sheets}
</head>
<body class="${width}">
<a class="skip" href="#content">${text.skip}</a>
<header class="top">
<a class="brand" href="/">meli</a>
${operator === undefined ? nothing : signedIn(operator, text)}
</header>
<main id="content" tabindex="-1">
${content}
</main>
</body>
</html>
`.markup
}

function signedIn({name, csrfToken}: {name: string; csrfToken: string}, text: {signOut: string; stores: string}): Html {
  return html`<nav><a href="/">${text.stores}</a></nav>
<form class="sign-out" method="post" action="/sign-out">
<bdi class="who">${name}</bdi>
<input type="hidden" name="csrf" value="${csrfToken}">
<button class="quiet">${text.signOut}</button>
</form>`
}
