/** `2026-11-22 15:50 UTC`, whatever the place of who wrote it. What is no time is left as it is. */
export function minuteOf(iso: string): string {
  const time = new Date(iso)
  return Number.isNaN(time.getTime()) ? iso : `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
