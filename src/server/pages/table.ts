import {type Html, html, nothing} from './html.js'

export interface Column {
  label: string
  /** Set to the right, so that digits stand below each other. */
  numeric?: boolean
}

export interface TableOptions {
  /** Read out, not shown: the heading above says the same. */
  caption: string
  /** A list sooner than others, since its cells need room. */
  many?: boolean
  columns: readonly Column[]
  /** The first cell of a row names it. */
  rows: ReadonlyArray<readonly (Html | string)[]>
}

/** A table that becomes a list where there is no room for it. The roles are for browsers that forget them then. */
export function table({caption, columns, rows, many = false}: TableOptions): Html {
  const heads = columns.map(
    ({label, numeric}) => html`<th scope="col" role="columnheader"${numberClass(numeric)}>${label}</th>`,
  )
  const body = rows.map((cells) => {
    const [first = '', ...others] = cells
    const rest = others.map((cell, index) => {
      const {label = '', numeric} = columns[index + 1] ?? {}
      return html`<td role="cell" data-label="${label}"${numberClass(numeric)}><div>${cell}</div></td>`
    })
    return html`<tr role="row"><th scope="row" role="rowheader">${first}</th>${rest}</tr>`
  })
  return html`<table class="${many ? 'rows many' : 'rows'}" role="table">
<caption class="unseen">${caption}</caption>
<thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">${body}</tbody>
</table>`
}

function numberClass(numeric: boolean | undefined): Html {
  return numeric === true ? html` class="number"` : nothing
}
