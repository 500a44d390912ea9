export function ageInWords(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return 'less than a minute'
  return minutes === 1 ? 'a minute' : `${minutes} minutes`
}
