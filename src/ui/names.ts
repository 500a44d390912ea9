import {printable} from './style.js'

/** `TIENDA_ANDINA (664366546)`; `account 664366546` where the nickname is not known. */
export function accountName({nickname, user_id}: {nickname?: string | null; user_id: number}): string {
  return nickname ? `${printable(nickname)} (${user_id})` : `account ${user_id}`
}

/** As people wrote it, on one line. */
export function titleLine(title: string): string {
  return printable(title).replace(/\s+/g, ' ')
}
