/** One line of the service's own words, fit for a terminal: no control characters, no direction marks, not too long. */
export function plainLine(text: string, longest = 300): string {
  const line = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}
