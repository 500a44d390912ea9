import {isIPv6} from 'node:net'

/** An IPv4 address as such, also where a socket that takes both kinds shows it as one of IPv6. */
export function plainAddress(ip: string): string {
  return ip.replace(/^::ffff:(?=\d+\.)/i, '')
}

/** The key of a client: its IPv4 address, or its /64 of IPv6, because one subscriber owns a whole /64. */
export function clientOf(ip: string): string {
  const address = plainAddress(ip)
  if (!isIPv6(address)) return address
  const [before = '', after] = address.split('::')
  const groups = before === '' ? [] : before.split(':')
  const behind = after === undefined || after === '' ? [] : after.split(':')
  const zeros = Array<string>(Math.max(0, 8 - groups.length - behind.length)).fill('0')
  return [...groups, ...zeros, ...behind].slice(0, 4).join(':').toLowerCase()
}
