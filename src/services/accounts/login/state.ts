import {timingSafeEqual} from 'node:crypto'
import {MeliError} from '../../../core/errors.js'
import {sha256} from '../../../core/fingerprint.js'
import type {Callback} from './callback.js'

/** A callback that names another state than the waiting login's is refused without using up either. */
export function believe({state, bareCode}: Callback, expected: string | undefined): string {
  if (expected === undefined) {
    if (state === undefined) throw noState(bareCode)
    return state
  }
  if (bareCode) return expected
  if (state === undefined || !sameText(state, expected)) throw unknownState()
  return state
}

function noState(bareCode: boolean): MeliError {
  if (!bareCode) {
    return new MeliError(
      'MELI_STATE_UNKNOWN',
      'there is a code but no state in this address: it was cut, or it may be forged',
      {
        try: ["quote the address in the shell, which ends it at the first &: meli auth complete '...'"],
      },
    )
  }
  return new MeliError('MELI_CALLBACK_UNREADABLE', 'there is no state in this, so it cannot be matched to a login', {
    try: [
      'give the whole address that the browser ended on, quoted: a code alone is enough only while meli auth login waits for it',
    ],
  })
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(sha256(a)), Buffer.from(sha256(b))]
  return timingSafeEqual(left, right)
}

export function unknownState(): MeliError {
  return new MeliError(
    'MELI_STATE_UNKNOWN',
    'the state in this callback was not issued here: it may be forged, or come from another machine or MELI_HOME',
    {
      try: ['finish the login where it was started', 'meli auth login'],
    },
  )
}
