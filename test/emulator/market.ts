import type {EmulatorOptions} from '../../src/emulator/index.js'
import {type Answer, EmulatorClient, type WireJson} from './emulator-client.js'

interface Party {
  id: number
  token: string
}

/** A seller with listings and a buyer, both real, and everything that an application of theirs is told. */
export class Market {
  private told = 0

  private constructor(
    readonly client: EmulatorClient,
    readonly seller: Party,
    readonly buyer: Party,
  ) {}

  static async open(options: EmulatorOptions = {}): Promise<Market> {
    const client = await EmulatorClient.start({items: 30, ...options})
    const {world} = client.emulator
    const [seller, buyer] = [await client.connect('TIENDA_ANDINA'), await client.connect('CASA_DEL_SUR')]
    // Held, so that nobody has to listen there.
    world.changeSettings({hold: true})
    const topics = ['items', 'questions', 'orders_v2', 'shipments']
    world.notifications.subscribe(world.applications.first().id, {url: 'http://127.0.0.1:9/', topics})
    return new Market(client, party(seller), party(buyer))
  }

  get world() {
    return this.client.emulator.world
  }

  /** An item without variations that can be bought, with so many on the shelf. */
  item(quantity = 5, {price = 10, n = 0}: {price?: number; n?: number} = {}): string {
    const plain = this.world.catalogue.listed(this.seller.id).filter(({variations}) => variations.length === 0)
    const {id} = plain[n]!
    const fields = {available_quantity: quantity, price, status: 'active', sub_status: [], sold_quantity: 0}
    this.world.catalogue.update(this.world.catalogue.get(id)!, fields)
    this.news()
    return id
  }

  stock(itemId: string) {
    const {quantity, sold, status, subStatus} = this.world.catalogue.get(itemId)!
    return {quantity, sold, status, subStatus}
  }

  get(path: string, as: Party = this.seller, headers: Record<string, string> = {}): Promise<Answer> {
    return this.client.get(path, as.token, headers)
  }

  post(path: string, body: unknown, as: Party = this.seller): Promise<Answer> {
    return this.client.json('POST', path, body, as.token)
  }

  control(path: string, body: unknown = {}): Promise<Answer> {
    return this.client.json('POST', `/_emulator${path}`, body)
  }

  /** A purchase by the buyer; has to succeed. */
  async buy(body: object): Promise<WireJson> {
    const answer = await this.control('/purchase', {buyer: this.buyer.id, ...body})
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
    return answer.body
  }

  /** What has been told since the last time. */
  news(): string[] {
    const all = this.world.notifications.list()
    const fresh = all.slice(this.told).map(({topic, resource}) => `${topic} ${resource}`)
    this.told = all.length
    return fresh
  }

  close(): Promise<void> {
    return this.client.close()
  }
}

function party({user_id: id, access_token: token}: {user_id: number; access_token: string}): Party {
  return {id, token}
}
