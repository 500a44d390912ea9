import type {Item} from '../../src/emulator/model/items/item.js'
import {renderItem} from '../../src/emulator/model/items/render.js'
import type {Fields} from '../../src/emulator/model/json.js'
import type {WriteRecord} from '../../src/services/ports/index.js'
import type {Actor} from '../../src/services/writes/guard.js'
import type {ChangeOptions, ChangeResult} from '../../src/services/writes/selling/item-changes.js'
import type {Wanted} from '../../src/services/writes/selling/wanted.js'
import {type Toolkit, toolkit} from './toolkit.js'

/** A test user with something to sell, on an emulator. */
export class Stall {
  private constructor(
    readonly kit: Toolkit,
    readonly actor: Actor,
  ) {}

  /** @param tags what kind of seller it is */
  static async open({siteId = 'MEC', tags = []}: {siteId?: string; tags?: string[]} = {}): Promise<Stall> {
    const kit = await toolkit({site: siteId})
    const {user_id: user} = await kit.connectTestUser(siteId)
    if (tags.length > 0) await control(kit, '/tags', {user, add: tags})
    const actor = await (await kit.app.writes.guard()).open({sandbox: true})
    return new Stall(kit, actor)
  }

  get world() {
    return this.kit.emulator.world
  }

  /** Publishes an item, whatever the rules say. */
  list(fields: Fields = {}): Item {
    const {userId, siteId} = this.actor.identity
    const plain = {title: 'Sombrero de paja', price: 19.9, available_quantity: 5, condition: 'new'}
    return this.world.catalogue.create({userId, siteId, isTestUser: true}, {...plain, ...fields})
  }

  async apply(id: string, wanted: Wanted, options: Partial<ChangeOptions> = {}): Promise<ChangeResult> {
    const changes = await this.kit.app.writes.itemChanges()
    return changes.apply(this.actor, id, wanted, {command: 'stock set', ...options})
  }

  /** What the service shows of it now. */
  now(id: string): Fields {
    const item = this.world.catalogue.get(id)
    if (item === undefined) throw new Error(`there is no ${id}`)
    return renderItem(item)
  }

  /** Behind the service's back. */
  set(id: string, fields: Fields): Promise<unknown> {
    return control(this.kit, `/items/${id}`, fields)
  }

  control(path: string, body: unknown): Promise<unknown> {
    return control(this.kit, path, body)
  }

  /** Requests that change something, as the emulator saw them. */
  get sent(): string[] {
    const writes = this.world.requests.list().filter(({method, path}) => method === 'PUT' && !path.startsWith('/_'))
    return writes.map(({path, status}) => `${path} ${status}`)
  }

  /** The log, oldest first. */
  async log(): Promise<WriteRecord[]> {
    const {writeLog} = await this.kit.app.store()
    const records = await writeLog.list({userId: this.actor.identity.userId, limit: 100})
    return records.filter(({action}) => action !== 'request').reverse()
  }
}

async function control(kit: Toolkit, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${kit.emulator.url}/_emulator${path}`, {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}
