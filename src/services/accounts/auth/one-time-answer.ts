import {isMeliError, MeliError} from '../../../core/errors.js'
import type {Clock, SpaceClaim} from '../../ports/index.js'

/** How long an answer that is given only once waits for a database that is locked, or for room on the disk. */
const patienceMs = 3 * 60_000
const pauseMs = 1_000

export interface OneTimeAnswerDeps {
  claimSpace: () => Promise<SpaceClaim>
  clock: Clock
}

export interface Persisting {
  /** The beginning of the error message: it names what is lost if the answer cannot be stored. */
  lost: string
  /** The suggestions of that error. */
  try?: readonly string[]
  /** Runs before each further attempt; it may fail. */
  between?: () => Promise<unknown>
}

/**
 * Runs a request whose answer is given only once, such as tokens and passwords. Room for the answer is set aside on the disk
 * first; without room `work` does not begin, and nothing is sent.
 */
export async function withOneTimeAnswer<T>(
  {claimSpace, clock}: OneTimeAnswerDeps,
  work: (answer: OneTimeAnswer) => Promise<T>,
): Promise<T> {
  const claim = await beforeSending(claimSpace)
  try {
    return await work(new OneTimeAnswer(claim, clock))
  } finally {
    await claim.release()
  }
}

/** A disk that is full before the request leaves costs nothing, and the error says so. */
export async function beforeSending<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isMeliError(error, 'MELI_STORAGE_FULL')) throw error
    const {code, message, suggestions, details} = error
    throw new MeliError(code, `${message}, so nothing was sent`, {
      try: suggestions,
      ...(details !== undefined && {details}),
      cause: error,
    })
  }
}

export class OneTimeAnswer {
  constructor(
    private readonly claim: SpaceClaim,
    private readonly clock: Clock,
  ) {}

  /** Stores the answer. Tried far longer than usual, because giving up loses what cannot be asked for again. */
  async persist<T>(store: () => Promise<T>, {lost, try: next = [], between}: Persisting): Promise<T> {
    const giveUpAt = this.clock.monotonic() + patienceMs
    let claimed = true
    for (;;) {
      try {
        const stored = await store()
        // Later writes, such as the end of a log entry, may need the room.
        await this.claim.release()
        return stored
      } catch (error) {
        const isLocked = isMeliError(error, 'MELI_DATABASE_BUSY')
        const isRoomNeeded = claimed && isFailingDisk(error)
        const mayPass = isLocked || isRoomNeeded || isMeliError(error, 'MELI_STORAGE_FULL')
        if (!mayPass || this.clock.monotonic() >= giveUpAt) throw notStored(error, lost, next)
        if (!isLocked) {
          claimed = false
          await this.claim.release()
        }
        if (!isRoomNeeded) await this.clock.sleep(pauseMs)
        // A lease lies in the same database: that it cannot be prolonged must not end the attempts.
        await between?.().catch(() => undefined)
      }
    }
  }

  /** Gives the room back: there is nothing to store. */
  release(): Promise<void> {
    return this.claim.release()
  }

  /** Cleans up. A failure is dropped: it must not replace the error, or the answer, that came before it. */
  async tidy(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!isFailingDisk(error)) return
      await this.claim.release()
      await work().catch(() => undefined)
    }
  }
}

/** A full disk shows as a failing one where a quota, or the index of the -wal file, is in the way. */
function isFailingDisk(error: unknown): boolean {
  return isMeliError(error, 'MELI_STORAGE_FULL') || isMeliError(error, 'MELI_DATABASE_UNREADABLE')
}

function notStored(error: unknown, lost: string, next: readonly string[]): unknown {
  if (!isMeliError(error)) return error
  return new MeliError(error.code, `${lost}: ${error.message}`, {
    // The command cannot simply be repeated: what it spent is gone.
    try: [...error.suggestions.filter((suggestion) => !/again/.test(suggestion)), ...next],
    ...(error.details !== undefined && {details: error.details}),
    cause: error,
  })
}
