import type {NewShipment, Shipment} from '../../src/emulator/model/shipments/shipment.js'
import {type Answer, Story, type Tokens} from './story.js'

const newFormat = {'x-format-new': 'true', 'x-new-domain': 'true'}

/** A seller, a buyer, a stranger, and what the seller sends. */
export class Depot {
  private constructor(
    readonly story: Story,
    readonly seller: Tokens,
    readonly buyer: Tokens,
    readonly stranger: Tokens,
  ) {}

  static async open(items = 3): Promise<Depot> {
    const story = await Story.begin({items, topics: ['shipments', 'items', 'stock-locations']})
    const {world} = story.emulator
    world.users.addReal({siteId: 'MEC', nickname: 'COMPRADORA', recent: true})
    world.users.addReal({siteId: 'MEC', nickname: 'OTRA', recent: true})
    const [seller, buyer, stranger] = [
      await story.connect(),
      await story.connect('COMPRADORA'),
      await story.connect('OTRA'),
    ]
    return new Depot(story, seller, buyer, stranger)
  }

  get shipments() {
    return this.story.emulator.world.shipments
  }

  fields(change: Partial<NewShipment> = {}): NewShipment {
    const [item] = this.story.emulator.world.catalogue.listed(this.seller.user_id)
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
    return this.story.get(path, as.access_token, newFormat)
  }

  control(path: string, body: unknown): Promise<Answer> {
    return this.story.json('POST', `/_emulator/shipments${path}`, body)
  }

  /** A body as bytes, which labels are. */
  async download(path: string): Promise<{type: string | null; bytes: Buffer}> {
    const response = await fetch(`${this.story.emulator.url}${path}`, {
      headers: {authorization: `Bearer ${this.seller.access_token}`},
    })
    return {type: response.headers.get('content-type'), bytes: Buffer.from(await response.arrayBuffer())}
  }

  close(): Promise<void> {
    return this.story.end()
  }
}
