import {sql} from 'drizzle-orm'
import {MeliError} from '../../core/errors.js'
import {schemaVersion} from './migrations.js'
import {meta} from './schema.js'
import type {Session} from './session.js'

/** Reads and writes one row, so that a full disk, a file that lost its rights, and another build's database are noticed. */
export async function probe(session: Session, at: Date): Promise<void> {
  const version = await session.read(() => Number(session.client.pragma('user_version', {simple: true})))
  if (version !== schemaVersion) {
    const message = `the database has version ${version}, and this meli works with ${schemaVersion}`
    throw new MeliError('MELI_DATABASE_TOO_NEW', message, {try: ['restart with the version of meli that wrote it']})
  }
  await session.write((db) => {
    db.insert(meta)
      .values({name: 'probed_at', value: at.toISOString()})
      .onConflictDoUpdate({target: meta.name, set: {value: sql`excluded.value`}})
      .run()
  })
}
