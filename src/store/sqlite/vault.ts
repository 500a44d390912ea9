import {eq, gt, isNotNull, or} from 'drizzle-orm'
import {MeliError} from '../../core/errors.js'
import {rememberSecret} from '../../core/redact.js'
import type {KeySource} from '../key.js'
import {type Place, seal, unseal} from '../seal.js'
import {installation, mercadolibreToken, meta, testUser} from './schema.js'
import type {Session} from './session.js'

const checkName = 'key_check'
const checkPlace: Place = {table: 'meta', row: checkName, column: 'value'}
const checkText = 'meli'

/**
 * Held grants are picked up within minutes; one of a key that is lost must not stand in the way for ever. Those that wait
 * for an operator count for as long as they wait.
 */
const heldMs = 24 * 60 * 60 * 1000

/** Seals and opens columns, and sees to it that one database never holds secrets under two keys. */
export class Vault {
  constructor(
    private readonly session: Session,
    private readonly keys: KeySource,
  ) {}

  /**
   * Only inside `Session.write`: a refusal must take back what was written, and no other process may come between.
   * With `at`, the time, held grants that are older than a day and do not wait for an operator do not keep a new key from taking over.
   */
  seal(place: Place, plain: string, at?: Date): string {
    rememberSecret(plain)
    const {db} = this.session
    const check = db.select().from(meta).where(eq(meta.name, checkName)).get()?.value
    const inUse = this.holdsSecrets(at)
    const key = inUse ? this.keys.read() : this.keys.readOrMake()
    if (check === undefined || unseal(key, checkPlace, check) !== checkText) {
      if (inUse) throw this.wrongKey('The stored secrets')
      // What is left of these is older than a day, and no key at hand opens it.
      db.delete(installation).run()
      const value = seal(key, checkPlace, checkText)
      db.insert(meta).values({name: checkName, value}).onConflictDoUpdate({target: meta.name, set: {value}}).run()
    }
    return seal(key, place, plain)
  }

  /** `owner` says in messages whose secret it is. Fails with MELI_SEAL_BROKEN. */
  open(place: Place, text: string, owner: string): string {
    const key = this.keys.read()
    const plain = unseal(key, place, text)
    if (plain !== undefined) {
      rememberSecret(plain)
      return plain
    }
    const check = this.session.db.select().from(meta).where(eq(meta.name, checkName)).get()?.value
    if (check === undefined || unseal(key, checkPlace, check) !== checkText) throw this.wrongKey(owner)
    throw new MeliError('MELI_SEAL_BROKEN', `${owner} do not open: the stored data was changed.`, {
      try: ['Restore a backup of the database, or connect the account again: meli auth login'],
      details: {table: place.table, row: place.row, column: place.column},
    })
  }

  private wrongKey(owner: string): MeliError {
    return new MeliError('MELI_SEAL_BROKEN', `${owner} do not open with the key in ${this.keys.origin}.`, {
      try: [
        'Restore the key that the database was created with (MELI_ENCRYPTION_KEY or the key file).',
        'If it is lost: remove every account (meli auth logout), installation (meli installs discard) and test user (meli test-users forget), then connect again.',
      ],
    })
  }

  /** Once all that was sealed is gone, a new key may take over: that is the way out when a key is lost. */
  private holdsSecrets(at: Date | undefined): boolean {
    const {db} = this.session
    const held =
      at === undefined
        ? undefined
        : or(gt(installation.createdAt, new Date(at.getTime() - heldMs)), gt(installation.pendingUntil, at))
    return (
      db.select({id: mercadolibreToken.userId}).from(mercadolibreToken).limit(1).get() !== undefined ||
      db.select({id: installation.id}).from(installation).where(held).limit(1).get() !== undefined ||
      db.select({id: testUser.intentId}).from(testUser).where(isNotNull(testUser.password)).limit(1).get() !== undefined
    )
  }
}
