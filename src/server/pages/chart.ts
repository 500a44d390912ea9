import {type Html, html, nothing} from './html.js'

/** How a part of a bar looks: by colour, and by its pattern for whoever does not see the colour. */
export type Tone = 'good' | 'warn' | 'bad' | 'soft'

export interface Bar {
  parts: ReadonlyArray<{tone: Tone; value: number}>
}

export interface ChartOptions {
  /** Of the page alone. */
  id: string
  title: string
  description: string
  bars: readonly Bar[]
  legend: ReadonlyArray<{tone: Tone; label: string}>
  /** Below the first and the last bar. */
  ends: readonly [string, string]
  /** What the top line stands for. */
  top: {value: number; label: string}
  /** The same figures. */
  table: {summary: string; content: Html}
}

const width = 10
const gap = 2
/** Of a hundred: one failure among a thousand is still seen. */
const least = 2

/** Stacked bars. What is to be read stands around the picture, since the picture is stretched to the room there is. */
export function barChart({id, title, description, bars, legend, ends, top, table}: ChartOptions): Html {
  const shapes = bars.flatMap((bar, index) => barShapes(bar, index * width, top.value, id))
  const lines = [0.25, 50, 99.75].map(
    (y) =>
      html`<line x1="0" x2="${String(bars.length * width)}" y1="${String(y)}" y2="${String(y)}" class="grid" vector-effect="non-scaling-stroke"/>`,
  )
  const keys = legend.map(({tone, label}) => html`<li>${swatch(tone, id)}${label}</li>`)
  return html`<figure class="chart">
<figcaption><h2 id="${id}-heading">${title}</h2><ul class="legend">${keys}</ul></figcaption>
<div class="plot">
<p class="top-label" aria-hidden="true">${top.label}</p>
<svg role="img" aria-labelledby="${id}-title ${id}-desc" viewBox="0 0 ${String(bars.length * width)} 100" preserveAspectRatio="none" focusable="false">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${description}</desc>
<defs>${(['warn', 'soft'] as const).map((tone) => pattern(tone, id))}</defs>
${lines}
${shapes}
</svg>
<p class="ends" aria-hidden="true"><span>${ends[0]}</span><span>${ends[1]}</span></p>
</div>
<details><summary>${table.summary}</summary>
${table.content}
</details>
</figure>`
}

/** The next of 1, 2, 5, 10, 20 ... that nothing goes beyond. */
export function roundTop(values: readonly number[]): number {
  const most = Math.max(1, ...values)
  const power = 10 ** Math.floor(Math.log10(most))
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= most) ?? most
}

export function sumOf({parts}: Bar): number {
  return parts.reduce((sum, {value}) => sum + value, 0)
}

function barShapes({parts}: Bar, x: number, top: number, id: string): Html[] {
  let y = 100
  return parts.flatMap(({tone, value}) => {
    if (value <= 0) return []
    const height = Math.min(y, Math.max(least, (value / top) * 100))
    y -= height
    return [shape({tone, id, x: x + gap / 2, y, width: width - gap, height})]
  })
}

function shape(at: {tone: Tone; id: string; x: number; y: number; width: number; height: number}): Html {
  const [x, y, wide, high] = [at.x, at.y, at.width, at.height].map(short)
  return html`<rect x="${x ?? ''}" y="${y ?? ''}" width="${wide ?? ''}" height="${high ?? ''}" class="bar ${at.tone}"${fill(at.tone, at.id)} vector-effect="non-scaling-stroke"/>`
}

/** Good is solid, bad an empty frame; between them lie stripes, which stretching a picture sideways does not change. */
function fill(tone: Tone, id: string): Html {
  return tone === 'warn' || tone === 'soft' ? html` fill="url(#${id}-${tone})"` : nothing
}

function pattern(tone: 'warn' | 'soft', id: string): Html {
  const [step, line] = tone === 'warn' ? ['6', '3'] : ['4', '1']
  return html`<pattern id="${id}-${tone}" width="10" height="${step}" patternUnits="userSpaceOnUse"><rect width="10" height="${line}" class="stripe ${tone}"/></pattern>`
}

function swatch(tone: Tone, id: string): Html {
  return html`<svg class="swatch" viewBox="0 0 14 14" aria-hidden="true" focusable="false"><rect x="1" y="1" width="12" height="12" class="bar ${tone}"${fill(tone, id)}/></svg>`
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100)
}
