export const notificationsPath = '/notifications'

/** The callback URL is entered with and without a final slash: to the router both are one path. */
export function withoutFinalSlash(url: string): string {
  return url.startsWith(`${notificationsPath}/`) ? url.replace(/^([^?]*?)\/+(?=\?|$)/, '$1') : url
}
