export const notificationsPath = '/notifications'

/** The callback URL is entered with and without a final slash: to the router both are one path. */
export function withoutFinalSlash(url: string): string {
  if (!url.startsWith(`${notificationsPath}/`)) return url
  const end = url.includes('?') ? url.indexOf('?') : url.length
  return url.slice(0, end).replace(/(?<!\/)\/+$/, '') + url.slice(end)
}
