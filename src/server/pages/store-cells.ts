import type {SoldView} from '../../services/dashboard/overview/sold-view.js'
import type {StoreView, TokenState} from '../../services/dashboard/overview/store-view.js'
import type {SyncState} from '../../services/dashboard/overview/sync-state.js'
import type {Formats} from './formats.js'
import {type Html, html, nothing} from './html.js'
import type {OverviewTexts} from './overview-texts/index.js'

export interface Speech {
  text: OverviewTexts
  format: Formats
}

type Level = 'good' | 'warn' | 'bad' | 'soft'

const signs: Readonly<Record<Level, string>> = {good: '✓', warn: '!', bad: '✗', soft: '·'}
const tokenLevels: Readonly<Record<TokenState, Level>> = {
  valid: 'good',
  expiring: 'warn',
  expired: 'warn',
  refused: 'bad',
}
const syncLevels: Readonly<Record<SyncState, Level>> = {
  ...{complete: 'good', incomplete: 'warn', failed: 'bad', interrupted: 'warn', running: 'soft', never: 'soft'},
} as const

/** A state as a sign and a word; the colour says it a third time. */
export function chip(level: Level, word: string): Html {
  return html`<span class="chip ${level}"><span class="sign" aria-hidden="true">${signs[level]}</span>${word}</span>`
}

export function syncChip(state: SyncState, {text}: Speech): Html {
  return chip(syncLevels[state], text.sync[state])
}

/** Kind and site: a test user should never be taken for a shop. */
export function badges({kind, site_id}: StoreView, {text}: Speech): Html {
  return html`<span class="badge ${kind}">${text.kind[kind]}</span> <span class="badge">${site_id}</span>`
}

export function tokenCell({token}: StoreView, {text, format}: Speech): Html {
  const state = chip(tokenLevels[token.state], text.token[token.state])
  if (token.state === 'refused') return state
  return html`${state} <span class="small">${text.until} ${format.ago(token.valid_until)}</span>`
}

export function syncCell(store: StoreView, speech: Speech): Html {
  const {sync} = store
  const {text, format} = speech
  if (isFirstAhead(store, format)) return html`<span class="soft">${text.first}</span>`
  const state = syncChip(sync.state, speech)
  if (sync.last === null) return state
  const missing = sync.last.missing
  const short = missing === 0 ? nothing : html` <span class="small">${format.number(missing)} ${text.missing}</span>`
  const when = html`<span class="small">${format.ago(sync.last.started_at)} · ${format.duration(sync.last.duration_ms)}</span>`
  return html`${state} ${when}${short}`
}

export function soldCell({state, through_at}: SoldView, {text, format}: Speech): Html {
  const mark = state === 'refused' ? chip('soft', text.refused) : chip(syncLevels[state], text.sync[state])
  return through_at === null ? mark : html`${mark} <span class="small">${format.ago(through_at)}</span>`
}

export function itemsCell({items}: StoreView, {text, format}: Speech): Html {
  const {live, stale, partial} = items
  const notes = [
    stale === 0 ? nothing : html` <span class="small">${format.number(stale)} ${text.stale}</span>`,
    partial === 0 ? nothing : html` <span class="small">${format.number(partial)} ${text.partial}</span>`,
  ]
  return html`<span class="figure">${format.number(live)}</span>${notes}`
}

export function backlogCell({notifications}: StoreView, {text, format}: Speech): Html {
  const {waiting, parked, oldest_at} = notifications
  const oldest =
    oldest_at === null ? nothing : html` <span class="small">${text.oldest}: ${format.ago(oldest_at)}</span>`
  const some = html`<span class="figure">${format.number(waiting)}</span> <span class="small">${text.waiting}</span>${oldest}`
  const away = parked === 0 ? nothing : html` ${chip('warn', `${format.number(parked)} ${text.parked}`)}`
  return html`${waiting === 0 ? html`<span class="soft">${text.nothing}</span>` : some}${away}`
}

/** Connected a moment ago. */
function isFirstAhead({sync, next_sync: next, token}: StoreView, format: Formats): boolean {
  if (sync.state !== 'never' || token.state === 'refused' || next.failures > 0) return false
  return next.due_at === null ? next.state === 'soon' || next.state === 'running' : format.isNow(next.due_at)
}

export function nextCell({next_sync: next, token}: StoreView, {text, format}: Speech): Html {
  const code = next.failures === 0 || next.error_code === null ? nothing : html` <code>${next.error_code}</code>`
  // Whatever is planned: without an authorization it comes to nothing.
  if (token.state === 'refused' && next.state !== 'running') return html`<span>${text.next.login}</span>${code}`
  if (next.due_at !== null) return html`<span>${format.ago(next.due_at)}</span>${code}`
  if (next.state === 'stopped') return html`${chip('bad', text.next.stopped)}${code}`
  return html`<span class="soft">${text.next[next.state === 'waiting' ? 'none' : next.state]}</span>${code}`
}

/** What to look at, and what to do about it. */
export function attentionList({attention}: StoreView, {text}: Speech): Html {
  const entries = attention.map((each) => {
    const [what, todo] = text.attention[each]
    const action = each === 'authorization_lost' ? html` <a href="/connect">${text.connect}</a>` : nothing
    return html`<li>${chip(each === 'authorization_lost' ? 'bad' : 'warn', what)} <span>${todo}${action}</span></li>`
  })
  return html`<ul class="todo">${entries}</ul>`
}
