import type {ChangeView, NotificationView, StoreRun} from '../../services/dashboard/overview/history.js'
import type {StoreHistoryResult} from '../../services/dashboard/overview/overview.js'
import {Formats} from './formats.js'
import {type Html, html, nothing} from './html.js'
import {page} from './layout.js'
import {notificationsChart, runsChart, syncsChart} from './overview-charts.js'
import {overviewTexts} from './overview-texts/index.js'
import {
  attentionList,
  backlogCell,
  badges,
  chip,
  itemsCell,
  nextCell,
  type Speech,
  soldCell,
  syncCell,
  syncChip,
  tokenCell,
} from './store-cells.js'
import type {Viewer} from './stores.js'
import {type Column, table} from './table.js'

/** Runs in the table; the chart has more of them. */
const runsListed = 10

/** One store with its history. */
export function storePage({language, operator}: Viewer, history: StoreHistoryResult): string {
  const text = overviewTexts[language]
  const speech = {text, format: new Formats(language, new Date(history.at))}
  const {store} = history
  const content = html`<p class="back"><a href="/"><span aria-hidden="true">←</span> ${text.back}</a></p>
<div class="head"><h1><bdi>${store.nickname}</bdi></h1> <p>${badges(store, speech)}</p></div>
${store.attention.length === 0 ? nothing : html`<section class="card attention"><h2>${text.look}</h2>${attentionList(store, speech)}</section>`}
${facts(history, speech)}
<div class="charts">
${syncsChart(history.sync_days, speech)}
${notificationsChart(history.notification_hours, speech)}
</div>
${runs(history, speech)}
${changes(history, speech)}
${notifications(history, speech)}
${refreshes(history, speech)}
<p class="foot">${text.zone}</p>`
  return page({language, title: store.nickname, content, operator, styles: ['dashboard.css'], width: 'wide'})
}

function facts({store}: StoreHistoryResult, speech: Speech): Html {
  const {columns, connected} = speech.text
  const entries: Array<[string, Html]> = [
    [columns.token, tokenCell(store, speech)],
    [columns.sync, syncCell(store, speech)],
    ...store.sold.map((each): [string, Html] => [speech.text.sold[each.resource], soldCell(each, speech)]),
    [columns.items, itemsCell(store, speech)],
    [columns.notifications, backlogCell(store, speech)],
    [columns.next, nextCell(store, speech)],
    [connected, speech.format.ago(store.connected_at)],
  ]
  return html`<dl class="tiles facts-of-store">${entries.map(([label, cell]) => html`<div class="tile"><dt>${label}</dt><dd>${cell}</dd></div>`)}</dl>`
}

function runs({runs: all}: StoreHistoryResult, speech: Speech): Html {
  const {text, format} = speech
  const {heads} = text
  if (all.length === 0) return section(text.sections.runs, text.none.runs)
  const listing = (some: readonly StoreRun[]) =>
    table({
      caption: text.sections.runs,
      columns: columnsOf(
        [heads.when, heads.kind, heads.outcome],
        [heads.duration, heads.new, heads.changed, heads.removed],
      ),
      rows: some.map((run) => [
        format.ago(run.started_at),
        text.kinds[run.kind],
        html`${syncChip(run.outcome, speech)}${run.missing === 0 ? nothing : html` <span class="small">${format.number(run.missing)} ${text.missing}</span>`}`,
        format.duration(run.duration_ms),
        ...[run.created, run.updated, run.removed].map((count) => format.number(count)),
      ]),
    })
  const ended = all.some(({outcome}) => outcome !== 'running')
  return html`${section(text.sections.runs, listing(all.slice(0, runsListed)))}
${ended ? runsChart(all, speech, listing(all)) : nothing}`
}

function changes({changes: all}: StoreHistoryResult, {text, format}: Speech): Html {
  const {sections, none, heads, fields} = text
  if (all.length === 0) return section(sections.changes, none.changes)
  const rows = all.map((change) => [
    format.ago(change.at),
    html`${change.title === null ? nothing : html`<bdi>${change.title}</bdi> `}<code>${change.item_id}</code>`,
    fields[change.field],
    whatChanged(change, text),
  ])
  const columns = columnsOf([heads.when, heads.item, heads.field, heads.change])
  return section(sections.changes, table({caption: sections.changes, columns, rows}))
}

function whatChanged({field, before, after}: ChangeView, text: Speech['text']): Html {
  if (field === 'removed') return html`${after === 'true' ? text.gone : text.returned}`
  return html`<span class="before"><bdi>${before ?? '–'}</bdi></span> <span aria-hidden="true">→</span> <bdi>${after ?? '–'}</bdi>`
}

const stateLevels = {waiting: 'soft', working: 'soft', done: 'good', parked: 'warn', kept: 'soft'} as const

function notifications({notifications: all}: StoreHistoryResult, {text, format}: Speech): Html {
  const {sections, none, heads} = text
  if (all.length === 0) return section(sections.notifications, none.notifications)
  const state = (each: NotificationView) => {
    const times = each.received === 1 ? nothing : html` <span class="small">× ${format.number(each.received)}</span>`
    const code = each.error_code === null ? nothing : html` <code>${each.error_code}</code>`
    return html`${chip(stateLevels[each.state], text.states[each.state])}${times}${code}`
  }
  const rows = all.map((each) => [
    format.ago(each.received_at),
    html`${each.topic}`,
    html`<code>${each.resource}</code>`,
    state(each),
  ])
  const columns = columnsOf([heads.when, heads.topic, heads.resource, heads.state])
  return section(sections.notifications, table({caption: sections.notifications, columns, rows}))
}

const refreshLevels = {sent: 'warn', stored: 'good', failed: 'bad'} as const

function refreshes({refreshes: all}: StoreHistoryResult, {text, format}: Speech): Html {
  const {sections, none, heads} = text
  if (all.length === 0) return section(sections.refreshes, none.refreshes)
  const rows = all.map(({sent_at, reason, outcome, duration_ms, error_code}) => [
    format.ago(sent_at),
    reasonOf(reason, text),
    html`${chip(refreshLevels[outcome], text.refreshed[outcome])}${error_code === null ? nothing : html` <code>${error_code}</code>`}`,
    duration_ms === null ? '–' : format.duration(duration_ms),
  ])
  const columns = columnsOf([heads.when, heads.reason, heads.outcome], [heads.duration])
  return section(sections.refreshes, table({caption: sections.refreshes, columns, rows}))
}

/** The journal is written in English; what it says most often has a translation. */
function reasonOf(reason: string, text: Speech['text']): Html {
  const known = text.reasons[reason]
  return known === undefined ? html`<span lang="en">${reason}</span>` : html`${known}`
}

function section(title: string, content: Html | string): Html {
  const body = typeof content === 'string' ? html`<p class="empty">${content}</p>` : content
  return html`<section class="card"><h2>${title}</h2>${body}</section>`
}

function columnsOf(words: readonly string[], numbers: readonly string[] = []): Column[] {
  return [...words.map((label) => ({label})), ...numbers.map((label) => ({label, numeric: true}))]
}
