import type {NewShipment, Shipment} from '../../src/emulator/model/shipments/shipment.js'
import {type Answer, EmulatorClient, type Tokens} from './emulator-client.js'

const newFormat = {'x-format-new': 'true', 'x-new-domain': 'true'}

/** A seller, a buyer, a stranger, and what the seller sends. */
export class Depot {
  private constructor(
    readonly client: EmulatorClient,
    readonly seller: Tokens,
    readonly buyer: Tokens,
    readonly stranger: Tokens,
  ) {}

  static async open(items = 3): Promise<Depot> {
    const client = await EmulatorClient.start({items, topics: ['shipments', 'items', 'stock-locations']})
    const {world} = client.emulator
    world.users.addReal({siteId: 'MEC', nickname: 'COMPRADORA', recent: true})
    world.users.addReal({siteId: 'MEC', nickname: 'OTRA', recent: true})
    const [seller, buyer, stranger] = [
      await client.connect(),
      await client.connect('COMPRADORA'),
      await client.connect('OTRA'),
    ]
    return new Depot(client, seller, buyer, stranger)
  }

  get shipments() {
    return this.client.emulator.world.shipments
  }

  fields(change: Partial<NewShipment> = {}): NewShipment {
    const [item] = this.client.emulator.world.catalogue.listed(this.seller.user_id)
    return {
      sellerId: this.seller.user_id,
      buyerId: this.buyer.user_id,
      siteId: 'MEC',
      isTest: false,
      packId: 2_000_000_000_000_001,
      logisticType: 'drop_off',
      mode: 'me2',
      lines: [{orderId: 2_000_000_000_000_007, itemId: item!.id, variationId: null, userProductId: null, quantity: 2}],
      declaredValue: 12.5,
      paid: true,
      ...change,
    }
  }

  send(change: Partial<NewShipment> = {}): Shipment {
    return this.shipments.create(this.fields(change))
  }

  read(path: string, as: Tokens = this.seller): Promise<Answer> {
    return this.client.get(path, as.access_token, newFormat)
  }

  control(path: string, body: unknown): Promise<Answer> {
    return this.client.json('POST', `/_emulator/shipments${path}`, body)
  }

  /** A body as bytes, which labels are. */
  async download(path: string): Promise<{type: string | null; bytes: Buffer}> {
    const response = await fetch(`${this.client.emulator.url}${path}`, {
      headers: {authorization: `Bearer ${this.seller.access_token}`},
    })
    return {type: response.headers.get('content-type'), bytes: Buffer.from(await response.arrayBuffer())}
  }

  close(): Promise<void> {
    return this.client.close()
  }
}
