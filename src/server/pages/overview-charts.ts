import type {StoreRun} from '../../services/dashboard/overview/history.js'
import type {NotificationHour, SyncDay} from '../../services/dashboard/overview/series.js'
import {type Bar, barChart, roundTop, sumOf, type Tone} from './chart.js'
import {type Html, html} from './html.js'
import type {Speech} from './store-cells.js'
import {table} from './table.js'

const tones = {complete: 'good', incomplete: 'warn', failed: 'bad', interrupted: 'soft'} as const satisfies Record<
  string,
  Tone
>
const outcomes = ['complete', 'incomplete', 'interrupted', 'failed'] as const

/** Syncs by day. */
export function syncsChart(days: readonly SyncDay[], {text, format}: Speech): Html {
  const [title, description, empty] = text.syncsChart
  const bars = days.map(({runs}): Bar => ({parts: outcomes.map((each) => ({tone: tones[each], value: runs[each]}))}))
  const sums = bars.map(sumOf)
  if (Math.max(...sums) === 0) return emptyChart(title, empty)
  const top = roundTop(sums)
  const rows = days
    .toReversed()
    .map(({day, runs, mean_ms, longest_ms}) => [
      format.day(day),
      ...outcomes.map((each) => format.number(runs[each])),
      ...[mean_ms, longest_ms].map((ms) => (ms === null ? '–' : format.duration(ms))),
    ])
  const columns = [...outcomes.map((each) => text.sync[each]), text.mean, text.longest]
  return barChart({
    ...{id: 'syncs', title, description, bars},
    legend: outcomes.map((each) => ({tone: tones[each], label: text.sync[each]})),
    ends: [format.day(days[0]?.day ?? ''), format.day(days.at(-1)?.day ?? '')],
    top: {value: top, label: format.number(top)},
    table: {summary: text.asTable, content: figures(title, text.day, columns, rows)},
  })
}

/** Notifications by hour. */
export function notificationsChart(hours: readonly NotificationHour[], {text, format}: Speech): Html {
  const [title, description, empty] = text.hoursChart
  const dropped = ({outcomes: o}: NotificationHour) => o.unknown + o.refused
  const bars = hours.map((hour): Bar => {
    const {accepted, duplicate} = hour.outcomes
    return {
      parts: [
        {tone: 'good', value: accepted},
        {tone: 'soft', value: duplicate},
        {tone: 'bad', value: dropped(hour)},
      ],
    }
  })
  const sums = bars.map(sumOf)
  if (Math.max(...sums) === 0) return emptyChart(title, empty)
  const top = roundTop(sums)
  const rows = hours.toReversed().map((hour) => {
    const {accepted, duplicate, done, failed, parked} = hour.outcomes
    return [
      format.hour(hour.hour),
      ...[accepted, duplicate, dropped(hour), done, failed, parked].map((n) => format.number(n)),
    ]
  })
  const columns = [text.received, text.repeated, text.dropped, text.done, text.retried, text.states.parked]
  return barChart({
    ...{id: 'notifications', title, description, bars},
    legend: [
      {tone: 'good', label: text.received},
      {tone: 'soft', label: text.repeated},
      {tone: 'bad', label: text.dropped},
    ],
    ends: [format.hour(hours[0]?.hour ?? ''), text.now],
    top: {value: top, label: format.number(top)},
    table: {summary: text.asTable, content: figures(title, text.hour, columns, rows)},
  })
}

/** How long the last runs took; the table of runs has the same. */
export function runsChart(runs: readonly StoreRun[], {text, format}: Speech, content: Html): Html {
  const [title, description] = text.runsChart
  const ended = runs.filter(({outcome}) => outcome !== 'running').toReversed()
  const toneOf = ({outcome}: StoreRun) => (outcome === 'running' ? 'soft' : tones[outcome])
  const longest = Math.max(1, ...ended.map(({duration_ms}) => duration_ms))
  return barChart({
    ...{id: 'runs', title, description},
    bars: ended.map((run) => ({parts: [{tone: toneOf(run), value: Math.max(1, run.duration_ms)}]})),
    legend: outcomes.map((each) => ({tone: tones[each], label: text.sync[each]})),
    ends: [format.hour(ended[0]?.started_at ?? ''), format.hour(ended.at(-1)?.started_at ?? '')],
    top: {value: longest, label: format.duration(longest)},
    table: {summary: text.asTable, content},
  })
}

function figures(caption: string, first: string, columns: readonly string[], rows: string[][]): Html {
  const named = [{label: first}, ...columns.map((label) => ({label, numeric: true}))]
  return table({caption, columns: named, rows})
}

function emptyChart(title: string, what: string): Html {
  return html`<section class="chart"><h2>${title}</h2><p class="empty">${what}</p></section>`
}
