import type {DashboardResult} from '../../services/dashboard/overview/overview.js'
import type {StoreView} from '../../services/dashboard/overview/store-view.js'
import {Formats} from './formats.js'
import {type Html, html, nothing} from './html.js'
import {page} from './layout.js'
import {notificationsChart, syncsChart} from './overview-charts.js'
import {overviewTexts} from './overview-texts/index.js'
import {
  attentionList,
  backlogCell,
  badges,
  itemsCell,
  nextCell,
  type Speech,
  syncCell,
  tokenCell,
} from './store-cells.js'
import {table} from './table.js'
import type {Language} from './texts.js'

export interface Viewer {
  language: Language
  operator: {name: string; csrfToken: string} | undefined
}

/** All stores of an operator at a glance. */
export function storesPage({language, operator}: Viewer, dashboard: DashboardResult): string {
  const text = overviewTexts[language]
  const speech = {text, format: new Formats(language, new Date(dashboard.at))}
  const content = dashboard.stores.length === 0 ? empty(speech, sharer(operator, dashboard)) : full(dashboard, speech)
  return page({language, title: text.stores, content, operator, styles: ['dashboard.css'], width: 'wide'})
}

/** The command that would show this person the stores of others; undefined for whoever sees all of them. */
function sharer(operator: Viewer['operator'], {sees_all}: DashboardResult): string | undefined {
  return operator === undefined || sees_all ? undefined : `meli operators share ${operator.name}`
}

function empty({text}: Speech, command: string | undefined): Html {
  const [title, what, owned] = text.empty
  return html`<section class="welcome">
<h1>${title}</h1>
<p>${what}</p>
<p class="actions"><a class="button" href="/connect">${text.connect}</a></p>
${command === undefined ? nothing : html`<p class="soft">${owned} <code>${command}</code></p>`}
</section>`
}

function full(dashboard: DashboardResult, speech: Speech): Html {
  const {text} = speech
  const rows = dashboard.stores.map((store) => [
    html`<a href="/stores/${store.store_id}"><bdi>${store.nickname}</bdi></a> <span class="badges">${badges(store, speech)}</span>`,
    tokenCell(store, speech),
    syncCell(store, speech),
    itemsCell(store, speech),
    backlogCell(store, speech),
    nextCell(store, speech),
  ])
  const {store, token, sync, items, notifications, next} = text.columns
  const columns = [store, token, sync, items, notifications, next].map((label) => ({label}))
  return html`<div class="head"><h1>${text.stores}</h1><a class="button quiet" href="/connect">${text.connect}</a></div>
${tiles(dashboard, speech)}
${toLookAt(dashboard.stores, speech)}
<section class="card">${table({caption: text.stores, columns, rows, many: true})}</section>
<div class="charts">
${syncsChart(dashboard.sync_days, speech)}
${notificationsChart(dashboard.notification_hours, speech)}
</div>
<p class="foot">${text.zone}</p>`
}

function tiles({totals}: DashboardResult, {text, format}: Speech): Html {
  const tile = (label: string, value: number, note: Html = nothing, level = '') =>
    html`<div class="tile ${level}"><dt>${label}</dt><dd>${format.number(value)}${note}</dd></div>`
  const noted = (count: number, what: string) =>
    count === 0 ? nothing : html` <span class="small">${format.number(count)} ${what}</span>`
  return html`<dl class="tiles">
${tile(text.tiles.stores, totals.stores)}
${tile(text.tiles.attention, totals.attention, nothing, totals.attention === 0 ? '' : 'warn')}
${tile(text.tiles.items, totals.items, noted(totals.stale, text.stale))}
${tile(text.tiles.waiting, totals.waiting, noted(totals.parked, text.parked))}
</dl>`
}

function toLookAt(stores: readonly StoreView[], speech: Speech): Html {
  const {text} = speech
  const some = stores.filter(({attention}) => attention.length > 0)
  if (some.length === 0) return html`<p class="well"><span class="good" aria-hidden="true">✓</span> ${text.allWell}</p>`
  const entries = some.map(
    (store) =>
      html`<li><a href="/stores/${store.store_id}"><bdi>${store.nickname}</bdi></a>${attentionList(store, speech)}</li>`,
  )
  return html`<section class="card attention"><h2>${text.look}</h2><ul class="plain">${entries}</ul></section>`
}
