import {fstatSync, statSync} from 'node:fs'
import {MeliError} from './errors.js'

/** The user that runs the program, and those whose files count as that user's own. */
export interface Runner {
  /** Undefined on Windows, where files have no such owner. */
  uid: number | undefined
  /** The user who called sudo, if that is how this process became root. */
  sudoUid?: number | undefined
  /** MELI_TRUST_OWNER. */
  trusted?: readonly number[]
}

/** The user of this process, trusting nobody else. */
export function thisUser(): Runner {
  return {uid: process.geteuid?.()}
}

/** A file or folder and its owner, found without opening it. */
export interface OwnedFile {
  path: string
  uid: number
}

/**
 * Whether what this owner may have put there can be relied on: one's own, root's, under sudo that of the user who called
 * it, as git decides, and whomever MELI_TRUST_OWNER names. Everybody else could exchange a key, or lead a login to another
 * address.
 */
export function isTrustedOwner(owner: number, {uid, sudoUid, trusted = []}: Runner): boolean {
  return (
    uid === undefined || owner === uid || owner === 0 || (uid === 0 && owner === sudoUid) || trusted.includes(owner)
  )
}

/** An error for the first of these that belongs to somebody else; undefined when there is none. */
export function foreignOwner(found: readonly OwnedFile[], runner: Runner): MeliError | undefined {
  const foreign = found.find(({uid}) => !isTrustedOwner(uid, runner))
  if (foreign === undefined) return undefined
  const {path, uid} = foreign
  return new MeliError('MELI_FOREIGN_OWNER', `${path} belongs to another user (uid ${uid}), who can change it`, {
    try: [
      `run meli as that user: sudo -u '#${uid}' meli ...`,
      `or, if it should be yours: sudo chown -R ${runner.uid} ${path}`,
      'or set MELI_HOME to a folder of your own',
      `if you trust that user, set MELI_TRUST_OWNER=${uid} in the environment`,
    ],
    details: {path, owner: uid},
  })
}

/** MELI_FOREIGN_OWNER unless each of these belongs to the user, or to root. */
export function assertOwned(paths: readonly string[], runner: Runner): void {
  const error = foreignAmong(paths, runner)
  if (error !== undefined) throw error
}

/** The error that `assertOwned` throws. What does not exist, or cannot be reached, fails where it is opened. */
export function foreignAmong(paths: readonly string[], runner: Runner): MeliError | undefined {
  return foreignOwner(paths.flatMap(ownedFile), runner)
}

function ownedFile(path: string): OwnedFile[] {
  try {
    return [{path, uid: statSync(path).uid}]
  } catch {
    return []
  }
}

/** The same of a file that is open already, so that nobody exchanges it in between. A terminal or a pipe is nobody's file. */
export function foreignDescriptor(descriptor: number, path: string, runner: Runner): MeliError | undefined {
  const stats = fstatSync(descriptor)
  return stats.isFile() ? foreignOwner([{path, uid: stats.uid}], runner) : undefined
}
