import {type ErrorCode, MeliError} from '../../core/errors.js'
import type {WriteRecord} from '../ports/index.js'
import {quoted} from './quoted.js'

/** The entry is another account's, or of the other mode. @param command that would reach it, without flags */
export function othersEntry(
  {id, nickname, userId, isTestUser}: WriteRecord,
  command: string,
  code: ErrorCode = 'MELI_HISTORY_UNKNOWN',
): MeliError {
  const kind = isTestUser ? 'a test user' : 'a real account'
  const sandbox = isTestUser ? '--sandbox ' : ''
  return new MeliError(code, `entry ${id} was written by ${nickname} (${userId}), ${kind}`, {
    try: [`meli ${command} ${id} ${sandbox}--account ${quoted(nickname === '' ? String(userId) : nickname)}`],
    details: {user_id: userId, is_test_user: isTestUser},
  })
}

export function unknownEntry(id: number): MeliError {
  return new MeliError('MELI_HISTORY_UNKNOWN', `the log of writes has no entry ${id}`, {
    try: ['meli history lists what there is'],
  })
}
