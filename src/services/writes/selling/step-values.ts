import type {WriteValues} from '../../ports/index.js'
import type {PlannedStep, Wanted} from './wanted.js'

type Part = Pick<PlannedStep, 'variationId' | 'before' | 'after'>

/** The values that all steps change together. */
export function valuesOf(steps: readonly Part[]): {before: WriteValues; after: WriteValues} {
  const several = variationsIn(steps).length > 1
  const named = (values: WriteValues, {variationId}: Part) => (several ? ofVariation(values, variationId) : values)
  const all = (pick: (step: Part) => WriteValues) =>
    Object.assign({}, ...steps.map((step) => named(pick(step), step))) as WriteValues
  return {before: all(({before}) => before), after: all(({after}) => after)}
}

/** The values before the change; those that were read again after a conflict as they were then, as in the log. */
export function beforeOf(planned: readonly Part[], done: readonly Part[]): WriteValues {
  const before = {...valuesOf(planned).before}
  for (const {variationId, before: last} of done) {
    const beside = variationId === null ? '' : stockName(variationId)
    for (const [name, value] of Object.entries(last)) {
      const known = name === 'available_quantity' && beside in before ? beside : name
      if (known in before) before[known] = value
    }
  }
  return before
}

function variationsIn(steps: readonly Part[]): number[] {
  return [...new Set(steps.flatMap(({variationId}) => variationId ?? []))]
}

/** Names the stock of one variation beside that of others. */
function ofVariation({available_quantity: quantity, ...rest}: WriteValues, variationId: number | null): WriteValues {
  if (quantity === undefined || variationId === null)
    return {...rest, ...(quantity !== undefined && {available_quantity: quantity})}
  return {...rest, [stockName(variationId)]: quantity}
}

/** The values of an item that already is as wanted. */
export function valuesWanted({price, quantity, quantities = new Map(), status}: Wanted): WriteValues {
  return {
    ...(price !== undefined && {price}),
    ...(quantity !== undefined && {available_quantity: quantity}),
    ...Object.fromEntries([...quantities].map(([id, each]) => [stockName(id), each])),
    ...(status !== undefined && {status}),
  }
}

/** The variation that they are about; undefined when they are about several, or none. */
export function onlyVariation(steps: readonly Part[]): number | undefined {
  const [first, second] = variationsIn(steps)
  return second === undefined ? first : undefined
}

const pattern = /^available_quantity\.(\d+)$/

/** Under which name values have the stock of one variation among several: `available_quantity.174997747229`. */
export function stockName(variationId: number): string {
  return `available_quantity.${variationId}`
}

/** The variation whose stock has this name; undefined for any other name. */
export function variationIn(name: string): number | undefined {
  const id = pattern.exec(name)?.[1]
  return id === undefined ? undefined : Number(id)
}
