import {mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {describe, expect, it} from '@jest/globals'
import type {PushDryRunResult} from '../../src/services/writes/push/dry-run.js'
import type {PushResult} from '../../src/services/writes/push/push-result.js'
import {parseCsv} from '../support/parse-csv.js'
import {hasTerminals, onTerminal} from '../support/terminal.js'
import {openWorld, type World} from '../support/world.js'

const live = ['--live', 'TIENDA_ANDINA']

/** A seller's world with a file of changes in it. */
async function opened(items = 6) {
  const world = await openWorld({items})
  const {user_id: user} = await world.login()
  const all = [...world.emulator.world.catalogue.listed(user)]
  const item = (at: number) => {
    const found = all.filter((each) => each.status === 'active' && each.variations.length === 0)[at]
    if (found === undefined) throw new Error(`there are not ${at + 1} plain items`)
    return found
  }
  const file = join(world.home, 'cambios.csv')
  const write = (...lines: string[]) => {
    writeFileSync(file, lines.join('\r\n'))
    return file
  }
  return {world, user, item, write, file}
}

/** Whatever the exit status. */
async function push<R = PushResult>(world: World, ...args: string[]): Promise<R & {status: number | null}> {
  const {status, stdout, stderr} = await world.run(['products', 'push', ...args, '--json'])
  if (stdout === '') throw new Error(`it left with ${status}, without a result: ${stderr}`)
  return {...(JSON.parse(stdout) as R), status}
}

/** Until the world is as the test wants it, or the program has ended without that. */
async function whileRunning(ended: Promise<unknown>, isWaiting: () => boolean): Promise<void> {
  let isOver = false
  void ended.then(() => {
    isOver = true
  })
  while (!isOver && isWaiting()) await wait(2)
}

const writesTo = ({emulator}: World) =>
  emulator.world.requests.list().flatMap(({method, path}) => (method === 'PUT' ? [path] : []))

describe('products push', () => {
  it('says of a quote that is never closed where it opens, however long the file is', async () => {
    const {world, write} = await opened()
    const file = write('id;titulo;precio', 'MEC1;"Mate 5;19,90', ...Array<string>(20_000).fill('MEC2;Termo;5'))
    const {status, stdout, stderr} = await world.run(['products', 'push', file, ...live])
    expect({status, stdout}).toEqual({status: 2, stdout: ''})
    expect(stderr).toContain('cambios.csv has a quote at line 2, column 6 that is never closed (MELI_FILE_UNREADABLE)')
    expect(writesTo(world)).toEqual([])
  })

  it('sends what differs, and says of every line what became of it', async () => {
    const {world, item, write, file} = await opened()
    const [a, b, c] = [item(0), item(1), item(2)]
    write('id;precio;stock', `${a.id};1.234,50;7`, `${b.id};;${b.quantity}`, `${c.id};;8`, 'MEC1;;5')
    const result = await push(world, file, ...live)
    expect(result).toMatchObject({status: 7, ok: false, lines: 4, changed: 2, unchanged: 1, failed: 1, refused: false})
    expect(result.failures).toEqual([expect.objectContaining({line: 5, item_id: 'MEC1', code: 'MELI_NOT_FOUND'})])
    expect(writesTo(world).sort()).toEqual([`/items/${a.id}`, `/items/${c.id}`].sort())
    expect([String(a.price), a.quantity, c.quantity]).toEqual(['1234.5', 7, 8])
    expect(result.result_file).toBe(`${file}.result.csv`)
    // As the file itself is written.
    const [head = [], ...rows] = parseCsv(readFileSync(`${file}.result.csv`, 'utf8'), ';')
    const outcome = head.indexOf('result')
    expect(rows[0]?.[head.indexOf('price')]).toBe('1234,5')
    expect(rows.map((row) => [row[0], row[1], row[outcome]])).toEqual([
      ['2', a.id, 'done'],
      ['3', b.id, 'unchanged'],
      ['4', c.id, 'done'],
      ['5', 'MEC1', 'failed'],
    ])
    expect(world.sql('SELECT count(*) AS n FROM write_log WHERE push_id IS NOT NULL')).toEqual([{n: 2}])
    expect(world.sql('SELECT available_quantity AS n FROM product WHERE id = ?', c.id)).toEqual([{n: 8}])
  })

  it("takes the sheet of Mercado Libre's own bulk editor", async () => {
    const {world, user, item, write} = await opened(60)
    const varied = [...world.emulator.world.catalogue.listed(user)].find(
      ({variations, status, subStatus}) => variations.length > 1 && status === 'active' && subStatus.length === 0,
    )
    if (varied === undefined) throw new Error('there is no open item with variations')
    world.emulator.world.catalogue.update(varied, {price_automation: false})
    const [first, second] = varied.variations.map(({id}) => id)
    const [a, b] = [item(0), item(1)]
    const file = write(
      'ITEM_ID,VARIATION_ID,SKU,TITLE,QUANTITY,PRICE,CURRENCY_ID,CONDITION,"SHIPPING_METHOD ",LOCAL_PICKUP,STATUS,LISTING_TYPE_V3,FEE_PER_SALE',
      'Código,Variante,SKU,Título,Obligatorio,Obligatorio,No modificar,,,,,,',
      `${a.id},-,,x,3,899,$,Nuevo,Gratis,Acepta,Inactiva,gold_special,15.83%`,
      `${b.id},-,,x,232,2197.46,$,Nuevo,Gratis,Acepta,Activa,gold_special,14.50% + $1095.00`,
      `${varied.id},,,x,,1250.50,$,Nuevo,Gratis,Acepta,Activa,gold_special,14.50%`,
      `${varied.id},${first},,x,31,,$,,,,,,`,
      `${varied.id},${second},,x,32,,$,,,,,,`,
    )
    const result = await push(world, file, ...live)
    expect(result).toMatchObject({
      status: 0,
      lines: 5,
      changed: 5,
      unknown_columns: [],
      notes: [{line: 2, text: 'Código'}],
    })
    expect(result.ignored_columns).toContain('CURRENCY_ID')
    expect([a.price, a.quantity, a.status, b.price, b.quantity]).toEqual([899, 3, 'paused', 2197.46, 232])
    expect(varied.variations.slice(0, 2).map(({price, quantity}) => [price, quantity])).toEqual([
      [1250.5, 31],
      [1250.5, 32],
    ])
  })

  it('has nothing to do the second time', async () => {
    const {world, item, write} = await opened()
    const file = write('id,stock', `${item(0).id},7`)
    expect(await push(world, file, ...live)).toMatchObject({status: 0, changed: 1})
    expect(await push(world, file)).toMatchObject({status: 0, changed: 0, unchanged: 1, resumed: false})
    expect(writesTo(world)).toHaveLength(1)
  })

  it('sends nothing while a line is bad, and names each by its number', async () => {
    const {world, item, write} = await opened()
    const file = write(
      'id,sku,stock',
      `${item(0).id},,7`,
      'x,,1',
      `${item(1).id},,-1`,
      ',NOBODY-HAS-IT,3',
      `${item(0).id},,8`,
    )
    const refused = await push(world, file, ...live)
    expect(refused).toMatchObject({status: 7, refused: true, changed: 0, push_id: null, result_file: null})
    expect(refused.bad_lines.map(({line}) => line)).toEqual([3, 4, 6])
    expect(writesTo(world)).toEqual([])
    const skipped = await push(world, file, '--skip-bad', ...live)
    expect(skipped).toMatchObject({status: 7, refused: false, changed: 1, failed: 4})
    expect(skipped.bad_lines.map(({line}) => line)).toEqual([3, 4, 5, 6])
    expect(writesTo(world)).toHaveLength(1)
  })

  it('finds listings by their SKU, and refuses one that several open ones have', async () => {
    const {world, item, write} = await opened()
    const sku = 'C3-TEST-1'
    const {catalogue} = world.emulator.world
    catalogue.update(item(0), {attributes: [{id: 'SELLER_SKU', value_name: sku}]})
    const file = write('sku\tstock', `${sku}\t9`)
    expect(await push(world, file, ...live)).toMatchObject({status: 0, changed: 1})
    expect(item(0).quantity).toBe(9)
    catalogue.update(item(1), {attributes: [{id: 'SELLER_SKU', value_name: sku}]})
    const refused = await push(world, file, '--restart', ...live)
    expect(refused).toMatchObject({status: 7, refused: true})
    expect(refused.bad_lines[0]?.message).toContain(`2 listings have the SKU ${sku}`)
  })

  it('refuses two lines that turn out to be about one listing', async () => {
    const {world, item, write} = await opened()
    world.emulator.world.catalogue.update(item(0), {attributes: [{id: 'SELLER_SKU', value_name: 'TWICE'}]})
    const file = write('id,sku,stock', `${item(0).id},,7`, ',TWICE,8')
    for (const args of [live, ['--dry-run']]) {
      const refused = await push(world, file, ...args)
      expect(refused).toMatchObject({status: 7, refused: true, bad_lines: [{line: 3}]})
    }
    expect(writesTo(world)).toEqual([])
  })

  it('refuses two prices for one item with variations, in a dry run too', async () => {
    const {world, user, write} = await opened(60)
    const varied = [...world.emulator.world.catalogue.listed(user)].find(({variations}) => variations.length > 1)
    const [one, other] = varied?.variations ?? []
    const file = write('id,variante,precio', `${varied?.id},${one?.id},50`, `${varied?.id},${other?.id},60`)
    for (const args of [live, ['--dry-run']]) {
      const refused = await push(world, file, ...args)
      expect(refused).toMatchObject({status: 7, refused: true, bad_lines: [{line: 3}]})
    }
    expect(writesTo(world)).toEqual([])
  })

  it('shows the exact requests of a dry run, and sends none', async () => {
    const {world, item, write} = await opened()
    const file = write('{}')
    writeFileSync(file, `{"id":"${item(0).id}","price":19.90,"stock":5}\n{"id":"${item(1).id}","status":"paused"}\n`)
    const planned = await push<PushDryRunResult>(world, file, '--dry-run')
    expect(planned).toMatchObject({status: 0, dry_run: true, changes: 2})
    expect(planned.requests.map(({line, method, path, body}) => ({line, method, path, body}))).toEqual([
      {line: 1, method: 'PUT', path: `/items/${item(0).id}`, body: {price: 19.9, available_quantity: 5}},
      {line: 2, method: 'PUT', path: `/items/${item(1).id}`, body: {status: 'paused'}},
    ])
    const {stdout, stderr} = await world.run(['products', 'push', file, '--dry-run'])
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(planned.requests)
    expect(stderr).toContain('2 would be changed')
    expect(writesTo(world)).toEqual([])
  })

  it('sends the variations of an item in one request, tells each line, and can take it back', async () => {
    const {world, user, write} = await opened(60)
    const varied = [...world.emulator.world.catalogue.listed(user)].find(
      ({status, variations, userProductId}) => status === 'active' && variations.length > 1 && userProductId === null,
    )!
    const before = varied.variations.map(({quantity}) => quantity)
    const wanted = before.map((quantity) => quantity + 3)
    const lines = varied.variations.map(({id}, at) => `${varied.id},${id},${wanted[at]},`)
    const file = write('id,variante,stock,precio', ...lines, `${varied.id},,,"77,5"`)
    const planned = await push<PushDryRunResult>(world, file, '--dry-run')
    expect(planned).toMatchObject({
      changes: lines.length + 1,
      requests: [{line: 2, lines: [2, 3, ...lines.slice(1).map((_, at) => at + 4)]}],
    })
    expect(await push(world, file, ...live)).toMatchObject({status: 0, changed: lines.length + 1})
    expect(writesTo(world)).toEqual([`/items/${varied.id}`])
    expect([varied.variations.map(({quantity}) => quantity), varied.price]).toEqual([wanted, 77.5])
    const [head = [], ...rows] = parseCsv(readFileSync(`${file}.result.csv`, 'utf8'), ',')
    expect(rows.map((row) => [row[head.indexOf('result')], row[head.indexOf('quantity_before')]])).toEqual([
      ...before.map((quantity) => ['done', String(quantity)]),
      ['done', ''],
    ])
    const [entry] = world.sql<{id: number; body: string}>('SELECT id, body FROM write_log')
    expect(JSON.parse(entry!.body)).toEqual(planned.requests[0]?.body)
    await world.json(['history', 'undo', String(entry!.id), ...live])
    expect(varied.variations.map(({quantity}) => quantity)).toEqual(before)
  })

  it('keeps its result away from the file that it reads, and tells before it sends that it cannot be written', async () => {
    const {world, item, write} = await opened()
    const file = write('id,stock', `${item(0).id},77`)
    const other = join(world.home, 'other.csv')
    symlinkSync(file, other)
    for (const [output, code] of [
      [file, 'MELI_USAGE'],
      [other, 'MELI_USAGE'],
      [join(world.home, 'none', 'a.csv'), 'MELI_STORAGE_READ_ONLY'],
      [world.home, 'MELI_STORAGE_READ_ONLY'],
    ] as const) {
      const {status, stderr, stdout} = await world.run([
        'products',
        'push',
        file,
        '-o',
        output,
        '--force',
        ...live,
        '--json',
      ])
      expect([status, stdout + stderr]).toEqual([code === 'MELI_USAGE' ? 2 : 3, expect.stringContaining(code)])
    }
    expect(writesTo(world)).toEqual([])
    expect(readFileSync(file, 'utf8')).toContain(item(0).id)
  })

  it('says what was done when its result could not be written, and writes it the next time', async () => {
    const {world, item, write} = await opened()
    const file = write('id,stock', `${item(0).id},77`)
    const folder = join(world.home, 'out')
    mkdirSync(folder)
    const gone = {method: 'PUT', path: `/items/${item(0).id}`, fault: {type: 'delay', ms: 1500}} as const
    world.emulator.world.faults.add(gone)
    const {ended} = await world.start(['products', 'push', file, '-o', join(folder, 'a.csv'), ...live])
    const isAsked = () => world.emulator.world.requests.list().some(({path}) => path.startsWith('/items'))
    await whileRunning(ended, () => !isAsked())
    rmSync(folder, {recursive: true})
    const {status, stdout} = await ended
    expect([status, item(0).quantity]).toEqual([3, 77])
    expect(stdout).toContain('1 changed')
    expect(stdout).toContain('The file of results is missing')
    const again = await push(world, file, '-o', join(world.home, 'a.csv'), ...live)
    expect(again).toMatchObject({status: 0, resumed: true, changed: 1, result_file_error: null})
    expect(readFileSync(join(world.home, 'a.csv'), 'utf8')).toContain('done')
    expect(writesTo(world)).toHaveLength(1)
  })

  it('asks for the name of a real account where nobody can be asked, and takes no other', async () => {
    const {world, item, write} = await opened()
    const file = write('id,stock', `${item(0).id},7`)
    const asked = await world.run(['products', 'push', file])
    expect([asked.status, asked.stderr]).toEqual([2, expect.stringContaining('--live=TIENDA_ANDINA')])
    expect((await world.run(['products', 'push', file, '--live', 'SOMEBODY'])).status).toBe(8)
    expect((await world.run(['products', 'push', file, '--sandbox'])).status).toBe(4)
    expect(writesTo(world)).toEqual([])
    expect(await push(world, file, ...live)).toMatchObject({status: 0, changed: 1, resumed: false})
  })

  it('reads standard input, and refuses a result file that exists before it sends anything', async () => {
    const {world, item, file} = await opened()
    const stdin = `sku,id,stock\n,${item(0).id},7\n`
    writeFileSync(file, 'keep me')
    const args = ['products', 'push', '-', '--json', '-o', file, ...live]
    const refused = await world.run(args, {stdin})
    expect([refused.status, JSON.parse(refused.stdout).error.code]).toEqual([2, 'MELI_FILE_EXISTS'])
    expect(writesTo(world)).toEqual([])
    const {status, stdout} = await world.run([...args, '--force'], {stdin})
    expect([status, JSON.parse(stdout).result_file]).toEqual([0, file])
    expect(readFileSync(file, 'utf8')).toContain(item(0).id)
  })

  it('refuses two stocks for listings that share one', async () => {
    const {world, item, write} = await opened()
    for (const at of [0, 1]) world.emulator.world.catalogue.update(item(at), {user_product_id: 'MECU77'})
    const file = write('id,stock', `${item(0).id},7`, `${item(1).id},8`)
    for (const args of [live, ['--dry-run']]) {
      const refused = await push(world, file, ...args)
      expect(refused).toMatchObject({status: 7, refused: true, bad_lines: [{line: 3}]})
      expect(refused.bad_lines[0]?.message).toContain('user product MECU77, which is to be 7 by line 2')
    }
    const agreed = write('id,stock', `${item(0).id},7`, `${item(1).id},7`)
    const planned = await push<PushDryRunResult>(world, agreed, '--dry-run')
    expect([planned.changes, planned.requests.map(({line}) => line)]).toEqual([2, [2]])
    expect(await push(world, agreed, ...live)).toMatchObject({status: 0, changed: 2, unchanged: 0})
    expect(writesTo(world)).toHaveLength(1)
  })

  it('is done once by processes that begin at the same moment', async () => {
    const {world, user, write} = await opened(60)
    const items = [...world.emulator.world.catalogue.listed(user)]
    const plain = items.filter(({status, variations}) => status === 'active' && variations.length === 0).slice(0, 12)
    const file = write('id,price', ...plain.map(({id}) => `${id},77`))
    const results = await Promise.all([1, 2, 3, 4].map(() => push(world, file, ...live)))
    for (const {status, changed = 0, ...rest} of results) {
      const {error} = rest as {error?: {code: string}}
      expect(status === 6 ? error?.code : changed).toEqual(status === 6 ? 'MELI_PUSH_BUSY' : expect.anything())
    }
    expect(results.map(({changed = 0}) => changed).filter((changed) => changed > 0)).toEqual([plain.length])
    expect(writesTo(world)).toHaveLength(plain.length)
  })

  it('stops at Ctrl-C with 130, keeps what was done, and goes on where it stopped', async () => {
    const {world, user, write} = await opened(60)
    const {catalogue, faults} = world.emulator.world
    const plain = [...catalogue.listed(user)].filter(
      ({status, variations}) => status === 'active' && variations.length === 0,
    )
    for (const item of plain) catalogue.update(item, {user_product_id: null})
    faults.add({method: 'PUT', path: '/items/*', times: 1_000, fault: {type: 'delay', ms: 20}})
    const file = write('id,stock', ...plain.map(({id, quantity}) => `${id},${quantity + 1}`))
    const {child, ended} = await world.start(['products', 'push', file, '--json', ...live])
    await whileRunning(ended, () => writesTo(world).length < 5)
    child.kill('SIGINT')
    const {status, stdout} = await ended
    expect([status, JSON.parse(stdout).error.code]).toEqual([130, 'MELI_INTERRUPTED'])
    const sent = writesTo(world).length
    expect(sent).toBeLessThan(plain.length)
    expect(world.sql(`SELECT count(*) AS n FROM push_row WHERE state = 'done'`)).toEqual([{n: sent}])
    // Those that were stopped before they left are in the log too.
    const writes = `SELECT count(*) AS n FROM write_outcome WHERE outcome`
    expect(world.sql(`${writes} = 'done'`)).toEqual([{n: sent}])
    expect(world.sql(`${writes} NOT IN ('done', 'failed')`)).toEqual([{n: 0}])
    expect(await push(world, file, ...live)).toMatchObject({status: 0, resumed: true, changed: plain.length})
    expect(writesTo(world)).toHaveLength(plain.length)
  })

  it('finds out what became of changes whose answers were lost', async () => {
    const {world, item, write} = await opened()
    const [a, b] = [item(0), item(1)]
    const {faults} = world.emulator.world
    faults.add({method: 'PUT', path: `/items/${a.id}`, fault: {type: 'drop-after-commit'}})
    faults.add({method: 'PUT', path: `/items/${b.id}`, fault: {type: 'drop-before'}})
    const file = write('id,stock', `${a.id},7`, `${b.id},8`)
    expect(await push(world, file, ...live)).toMatchObject({status: 0, changed: 2})
    expect([a.quantity, b.quantity]).toEqual([7, 8])
    const count = (id: string) => writesTo(world).filter((path) => path.endsWith(id)).length
    expect([count(a.id), count(b.id)]).toEqual([1, 2])
  })

  it('changes all variations of an item in one request', async () => {
    const {world, user, write} = await opened(60)
    const varied = [...world.emulator.world.catalogue.listed(user)].find(
      ({status, variations}) => status === 'active' && variations.length > 1,
    )
    if (varied === undefined) throw new Error('no item has variations')
    const file = write('id,variation_id,stock', ...varied.variations.map(({id}, at) => `${varied.id},${id},${at + 21}`))
    const result = await push(world, file, ...live)
    expect(result).toMatchObject({status: 0, changed: varied.variations.length})
    expect(varied.variations.map((each) => each.quantity)).toEqual(varied.variations.map((_, at) => at + 21))
  })
})

if (hasTerminals)
  describe('products push at a terminal', () => {
    it('shows what would change, and to whom, before it asks', async () => {
      const {world, item, write} = await opened()
      const file = write('id,stock', `${item(0).id},7`, 'MEC1,3')
      const refused = await onTerminal(world, ['products', 'push', file], {columns: 100})
      await refused.shows(/y\/N/)
      refused.type('n\r')
      const {status, lines} = await refused.ended
      expect(status).toBe(8)
      const text = lines.join('\n')
      expect(text).toMatch(/Real account TIENDA_ANDINA \(\d+, MEC\)/)
      expect(text).toContain('Change 1 of 2 lines of cambios.csv')
      expect(text).toMatch(/line 2: MEC\d+ stock \d+ -> 7 \(.+\)/)
      expect(text).toContain('1 line cannot be carried out')
      expect(writesTo(world)).toEqual([])
      const agreed = await onTerminal(world, ['products', 'push', file], {columns: 100})
      await agreed.shows(/y\/N/)
      agreed.type('y\r')
      expect(await agreed.ended).toMatchObject({status: 7})
      expect(item(0).quantity).toBe(7)
    })
  })
