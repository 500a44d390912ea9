import {createHash} from 'node:crypto'
import type {ListeningCallback} from '../../services/ports/index.js'
import {Html, html} from './html.js'
import {type CallbackTexts, callbackTexts, type Language} from './texts.js'

export type CallbackOutcome = Parameters<ListeningCallback['answer']>[0]

const style = `
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --text: #1d2430; --soft: #5a6475; --good: #14783c; --bad: #b3261e }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171c; --card: #1e232b; --text: #eceff4; --soft: #a5afbf; --good: #5fd48d; --bad: #ff8a80 }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 30rem; padding: 2rem 1.5rem; border-radius: .75rem; background: var(--card); overflow-wrap: anywhere;
  box-shadow: 0 1px 6px rgb(0 0 0 / .15) }
.mark { font-size: 2.5rem; line-height: 1; margin: 0 }
.good { color: var(--good) }
.bad { color: var(--bad) }
h1 { font-size: 1.35rem; line-height: 1.25; margin: .75rem 0 }
p { margin: .75rem 0 }
.soft { color: var(--soft) }
code { font-size: .9em }
`

/**
 * For every answer of the listener: the page may load nothing and tell nobody the address it was opened with, because
 * that address holds the authorization code.
 */
export function pageHeaders(): Record<string, string> {
  const hash = createHash('sha256').update(style).digest('base64')
  return {
    'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  }
}

/** What the browser shows when the login has ended, well or badly. */
export function outcomePage(language: Language, outcome: CallbackOutcome): string {
  const texts = callbackTexts[language]
  if (outcome.ok) {
    const lines = html`<p><strong><bdi>${outcome.nickname}</bdi></strong> ${texts.isConnected}</p>
<p class="soft">${texts.close}</p>`
    return document(language, texts.connected, 'good', lines)
  }
  const reason = entry(texts.reasons, outcome.code)
  const lines = html`${reason === undefined ? html`<p lang="en">${outcome.message}</p>` : html`<p>${reason}</p>`}
<p class="soft">${texts.code}: <code>${outcome.code}</code></p>
<p>${entry(texts.advice, outcome.code) ?? texts.back}</p>`
  return document(language, texts.failed, 'bad', lines)
}

/** For a reload, or a second visit to an address that works once. */
export function usedPage(language: Language): string {
  const texts = callbackTexts[language]
  return document(language, texts.used, 'bad', html`<p>${texts.usedWhy}</p>`)
}

/** By own property: codes reach us from outside. */
function entry(table: CallbackTexts['advice'], code: string): string | undefined {
  const known: Readonly<Record<string, string>> = table
  return Object.hasOwn(known, code) ? known[code] : undefined
}

function document(language: Language, title: string, mood: 'good' | 'bad', lines: Html): string {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title} · meli</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
<p class="mark ${mood}" aria-hidden="true">${mood === 'good' ? '✓' : '✗'}</p>
<h1>${title}</h1>
${lines}
</main>
</body>
</html>
`.markup
}
