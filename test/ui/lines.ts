/** Endless unless somebody stops asking. */
export async function* longLines(count = Number.POSITIVE_INFINITY) {
  for (let at = 0; at < count; at++) yield `${at} ${'x'.repeat(1000)}\n`
}
