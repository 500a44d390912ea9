import {Errors} from '@oclif/core'
import {parseDuration} from '../config/config.js'

const written =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(?: ?(?:UTC|Z)|([+-])(\d\d):?(\d\d))?$/i

/**
 * `2d` is two days ago; a date, with or without a time, is one of UTC unless it has an offset: as times are shown, on
 * whatever machine.
 */
export function moment(given: string, now: Date): Date {
  const text = given.trim()
  const ago = /[a-z]$/.test(text) ? parseDuration(text) : undefined
  if (ago !== undefined) return new Date(now.getTime() - ago)
  const parts = written.exec(text)
  if (parts === null) throw new Errors.CLIError('write 2d, 12h, or a date such as 2026-03-01 or "2026-03-01 15:50"')
  const [, date, hour = '00:00', seconds = '00', fraction = '', sign, hours = '0', minutes = '0'] = parts
  const iso = `${date}T${hour}:${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}Z`
  const found = new Date(iso)
  // 30 February would become a day of March, and 24:00 the next day.
  const exists = !Number.isNaN(found.getTime()) && found.toISOString() === iso
  if (!exists || Number(hours) > 23 || Number(minutes) > 59)
    throw new Errors.CLIError(`there is no such time as ${text}`)
  const aheadMs = (Number(hours) * 60 + Number(minutes)) * 60_000
  return new Date(found.getTime() - (sign === '-' ? -aheadMs : aheadMs))
}
