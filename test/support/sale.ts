import {once} from 'node:events'
import {freePort} from '../server/free-port.js'
import type {CliResult} from './cli.js'
import {openWorld, type World} from './world.js'

interface TestUser {
  id: number
  nickname: string
}

// biome-ignore lint/suspicious/noExplicitAny: tests read results as they come
type Result = any

/** Items of test users are called so. docs/mercadolibre.md, section 4. */
export const title = 'Item de Prueba - Por favor, NO OFERTAR'

const currencies: Readonly<Record<string, string>> = {MEC: 'USD', MLA: 'ARS'}

/** Two test users with the built program between them: the seller, who is the default of --sandbox, and a buyer. */
export async function openSale(site = 'MEC'): Promise<Sale> {
  const world = await openWorld({redirectUris: [`http://127.0.0.1:${await freePort()}/callback`]})
  // This machine may be too busy for the half second that receivers have.
  world.emulator.world.changeSettings({timeout_ms: 20_000})
  // Nor may it be so quick that the service asks for a pause between two changes: how often it was asked would vary.
  world.emulator.world.catalogue.settings.lock_window_ms = 0
  await world.login()
  return new Sale(world, await connectPair(world, site), site)
}

/** `meli create-test-user --pair --login`, with the browser played: each is allowed in as the program names them. */
async function connectPair(world: World, site: string): Promise<TestUser[]> {
  const flags = ['--pair', '--site', site, '--login', '--no-browser', '--json']
  const {child, ended} = await world.start(['create-test-user', ...flags])
  let told = ''
  const over = ended.then(({status, stdout}) => ({status, stdout}))
  const pages = /Log in as this test user \(\w+\):\s+(TEST\w+)[\s\S]*?(http\S+\/authorization\?\S+)\s/g
  for (const which of [0, 1]) {
    while ([...told.matchAll(pages)][which] === undefined) {
      const next = await Promise.race([once(child.stderr, 'data'), over])
      if (!Array.isArray(next)) throw new Error(`it left with ${next.status}: ${next.stdout}${told}`)
      told += String(next[0])
    }
    const [, user = '', page = ''] = [...told.matchAll(pages)][which] ?? []
    await fetch(await world.emulator.consent(page, {user}))
  }
  const {status, stdout} = await over
  if (status !== 0) throw new Error(`it left with ${status}: ${stdout}${told}`)
  return (JSON.parse(stdout) as {test_users: TestUser[]}).test_users
}

export class Sale {
  readonly seller: TestUser
  readonly buyer: TestUser

  constructor(
    readonly world: World,
    [seller, buyer]: TestUser[],
    private readonly site: string,
  ) {
    if (seller === undefined || buyer === undefined) throw new Error('there is no pair')
    this.seller = seller
    this.buyer = buyer
  }

  private get options() {
    return {env: {MELI_SITE: this.site}}
  }

  /** What the seller types, and the result. */
  sells(...args: readonly string[]): Promise<Result> {
    return this.world.json([...args, '--sandbox'], this.options)
  }

  /** The same, however it ends. */
  types(...args: readonly string[]): Promise<CliResult> {
    return this.world.run([...args, '--sandbox'], this.options)
  }

  /** The same with stdout sent to a file. */
  typesInto(file: string, ...args: readonly string[]): Promise<CliResult> {
    return this.world.run([...args, '--sandbox'], {...this.options, stdoutTo: file})
  }

  /** The same as people see it; stdout and stderr together. */
  async sees(...args: readonly string[]): Promise<string> {
    const {status, stdout, stderr} = await this.types(...args)
    return `${stderr}${stdout}[${status}]`
  }

  /** The error of what does not work. */
  async refusal(...args: readonly string[]): Promise<{status: number | null; code: string; message: string}> {
    const {status, stdout} = await this.types(...args, '--json')
    const {error} = JSON.parse(stdout) as {error: {code: string; message: string}}
    return {status, code: error.code, message: error.message}
  }

  /** A request of either of them through `meli api`; the body of the answer. */
  async api(who: TestUser, method: string, path: string, ...args: readonly string[]): Promise<Result> {
    const actor = ['--account', who.nickname, '--sandbox']
    const typed = ['api', method, path, ...args, ...actor]
    const {body} = await this.world.json<{body: Result}>(typed, this.options)
    return body
  }

  /** Publishes an item of the seller; its id. */
  async publish(fields: Readonly<Record<string, unknown>>): Promise<string> {
    const item = {
      ...{
        category_id: `${this.site}9999`,
        currency_id: currencies[this.site],
        buying_mode: 'buy_it_now',
        condition: 'new',
      },
      ...{listing_type_id: 'gold_special', pictures: [{source: 'https://example.com/lamp.jpg'}]},
      ...fields,
    }
    const typed = Object.entries(item).flatMap(([name, value]) => ['-F', `${name}:=${JSON.stringify(value)}`])
    return (await this.api(this.seller, 'POST', '/items', ...typed)).id
  }

  /** The buyer asks; the id of the question. */
  async ask(item: string, text: string): Promise<string> {
    return String((await this.api(this.buyer, 'POST', '/questions', '-f', `item_id=${item}`, '-f', `text=${text}`)).id)
  }

  /** The seller answers on a page of Mercado Libre. */
  answerElsewhere(question: string, text: string): Promise<Result> {
    return this.api(this.seller, 'POST', '/answers', '-F', `question_id:=${question}`, '-f', `text=${text}`)
  }

  /** The buyer buys; ids of what that made. */
  async purchase(item: string, quantity: number, payment = 'approved') {
    const wish = {buyer: this.buyer.id, item, quantity, payment}
    const {order_ids, pack_ids, shipment_ids} = await this.control('/purchase', wish)
    const [order, pack, shipment] = [order_ids, pack_ids, shipment_ids].map((ids: number[]) => String(ids[0]))
    return {order: order ?? '', pack: pack ?? '', shipment: shipment ?? ''}
  }

  /** As the service has it. */
  stockOf(item: string): number | undefined {
    return this.world.emulator.world.catalogue.get(item)?.quantity
  }

  /** One cell of the local database. */
  local(sql: string, ...values: unknown[]): unknown {
    const [row] = this.world.sql(sql, ...values)
    return row === undefined ? undefined : Object.values(row)[0]
  }

  /** Resolves when all that the service had to tell was received and worked on. */
  async settled(): Promise<void> {
    await this.world.emulator.world.notifications.idle()
    const open = `SELECT count(*) FROM notification WHERE state IN ('waiting', 'working')`
    while (this.local(open) !== 0) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  /** What only the service, or a carrier, can do. */
  async control(path: string, body: unknown): Promise<Result> {
    const headers = {'content-type': 'application/json'}
    const url = `${this.world.emulator.url}/_emulator${path}`
    const answer = await fetch(url, {method: 'POST', headers, body: JSON.stringify(body)})
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
    return answer.json()
  }
}
