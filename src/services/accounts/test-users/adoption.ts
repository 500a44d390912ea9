import {MeliError} from '../../../core/errors.js'
import {readJson} from '../../../core/json.js'
import type {TestUserCredentials, TestUserRole} from '../../ports/index.js'

/** A test user that was made elsewhere, to be kept here. */
export interface Adoption extends TestUserCredentials {
  ownerUserId: number | null
  siteId: string
  role: TestUserRole
}

/** What flags say; the password is never among them. */
export interface AdoptionFlags {
  id?: number | undefined
  nickname?: string | undefined
  site?: string | undefined
  role?: TestUserRole | undefined
}

/**
 * A test user made elsewhere: the JSON that the service answered (`id`, `nickname`, `password`, `site_status`, and
 * `site_id` and `role` added), or the bare password with the rest in flags. Flags win. Nothing of the input is repeated
 * in an error.
 */
export function parseAdoption(text: string, flags: AdoptionFlags): Adoption {
  const input = text.trim()
  const fields = input.startsWith('{') ? parseObject(input) : {password: input}
  const userId = flags.id ?? Number(fields.id)
  if (!Number.isSafeInteger(userId) || userId <= 0) throw missing('id', '--id')
  return {
    userId,
    nickname: flags.nickname ?? string(fields.nickname) ?? fail('nickname', '--nickname'),
    password: string(fields.password) ?? fail('password', 'standard input'),
    siteId: siteId(flags.site ?? string(fields.site_id)),
    siteStatus: string(fields.site_status) ?? null,
    role: flags.role ?? role(fields.role),
    ownerUserId: null,
  }
}

function parseObject(input: string): Record<string, unknown> {
  const read = readJson(input)
  if ('why' in read) throw new MeliError('MELI_INPUT_UNREADABLE', `standard input ${read.why}`, {try: hints})
  // It starts with a brace, so that what parses is an object.
  return read.value as Record<string, unknown>
}

function siteId(text: string | undefined): string {
  const id = text?.trim().toUpperCase()
  return id !== undefined && /^[A-Z]{3}$/.test(id) ? id : fail('site_id', '--site')
}

function role(value: unknown): TestUserRole {
  if (value === undefined) return 'seller'
  return value === 'seller' || value === 'buyer' ? value : fail('role (seller or buyer)', '--role')
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

function fail(field: string, where: string): never {
  throw missing(field, where)
}

const hints = [
  'pipe {"id":2345678901,"nickname":"TESTABC","password":"...","site_id":"MEC","role":"seller"} into it',
  'or give --id, --nickname, --site and --role, and pipe the password alone',
]

function missing(field: string, where: string): MeliError {
  return new MeliError('MELI_INPUT_UNREADABLE', `the test user has no usable ${field} (JSON or ${where})`, {try: hints})
}
