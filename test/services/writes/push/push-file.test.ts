import {describe, expect, it} from '@jest/globals'
import {fieldOf} from '../../../../src/services/writes/push/columns.js'
import {amountAs, signOf} from '../../../../src/services/writes/push/push-line.js'
import fc from '../../../support/properties.js'
import {pushFiles, readAll} from '../../../support/push-files.js'

const open = pushFiles()
const read = async (content: string, ...rest: [] | ['point' | 'comma']) => readAll(await open(content), ...rest)
const prices = async (...texts: string[]) => {
  const table = ['id;precio', ...texts.map((text, at) => `MEC${at + 1};${text}`)].join('\n')
  return (await read(table)).lines.map(({price}) => price)
}

/** An amount in cents, and how many digits of the fraction are written. */
const amount = fc.record({cents: fc.integer({min: 1, max: 10 ** 11}), places: fc.constantFrom(0, 1, 2)})
type Amount = {cents: number; places: number}

/** The exact text of it, as the product writes it. */
function exact({cents, places}: Amount): string {
  const units = BigInt(cents) / 10n ** BigInt(places)
  const fraction = String(cents)
    .padStart(places + 1, '0')
    .slice(String(cents).padStart(places + 1, '0').length - places)
  return places === 0 ? String(cents) : `${units}.${fraction}`.replace(/\.?0+$/, '')
}

/** As a spreadsheet shows it. */
function shown({cents, places}: Amount, mark: 'point' | 'comma', grouped: boolean): string {
  const digits = String(cents).padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  const thousands = mark === 'point' ? ',' : '.'
  const units = grouped ? whole.replace(/\B(?=(\d{3})+$)/g, thousands) : whole
  return places === 0 ? units : `${units}${mark === 'point' ? '.' : ','}${digits.slice(digits.length - places)}`
}

describe('amounts', () => {
  it('are exact in the way of writing that they were written in', () => {
    fc.assert(
      fc.property(
        amount,
        fc.constantFrom('point', 'comma') as fc.Arbitrary<'point' | 'comma'>,
        fc.boolean(),
        (value, mark, grouped) => {
          expect(amountAs(mark, shown(value, mark, grouped))).toBe(exact(value))
        },
      ),
    )
  })

  it('are never taken for another amount: a whole column is read right or refused', async () => {
    const column = fc.record({
      values: fc.array(amount, {minLength: 1, maxLength: 8}),
      mark: fc.constantFrom('point', 'comma') as fc.Arbitrary<'point' | 'comma'>,
      grouped: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(column, async ({values, mark, grouped}) => {
        const texts = values.map((value) => shown(value, mark, grouped))
        const outcome = await prices(...texts).catch((error: {code: string}) => error.code)
        const decided = texts.some((text) => signOf(text) === mark)
        const open = texts.some((text) => signOf(text) === 'unclear')
        expect(outcome).toEqual(open && !decided ? 'MELI_FILE_UNREADABLE' : values.map(exact))
      }),
    )
  })

  it.each([
    ['1.500', 'unclear'],
    ['1,500', 'unclear'],
    ['1.500,00', 'comma'],
    ['1,500.00', 'point'],
    ['1.500.000', 'comma'],
    ['0.500', 'point'],
    ['1500.500', 'point'],
    ['12,5', 'comma'],
    ['1500', 'either'],
    ['1 500', 'neither'],
    ['1\u00a0500', 'either'],
    ['1\u202f500\u202f000,5', 'comma'],
    ['1\u00a0500.00', 'point'],
    ['$\u00a01.234,50', 'comma'],
    ['1\u00a0500.000', 'point'],
    ['1\u00a050', 'neither'],
    ['1,50,000', 'neither'],
    ['-5', 'neither'],
    ['1e3', 'neither'],
    ['١٢', 'neither'],
    ['$ 19,90', 'comma'],
    ['R$19,90', 'comma'],
    ['US$ 19.90', 'point'],
    ['USD 19.90', 'point'],
    ['19,90 ARS', 'comma'],
  ])('tell of their column what they can: %s', (text, sign) => {
    expect(signOf(text)).toBe(sign)
  })

  it('are read by what another line of the column decides', async () => {
    expect(await prices('1.500', '2.300,50')).toEqual(['1500', '2300.5'])
    expect(await prices('1,500', '19.90')).toEqual(['1500', '19.9'])
    expect(await prices('1.500', '0.250')).toEqual(['1.5', '0.25'])
  })

  it.each([
    ['1.500', '19.90'],
    ['1,500', '19,9'],
    ['1,500', '2.500.000'],
  ])(
    'are refused where %s would have more decimals than %s, and is most likely a thousand times as much',
    async (odd, other) => {
      await expect(prices(other, odd)).rejects.toMatchObject({
        message: expect.stringContaining(`by ${odd} (price, line 3), since ${other} in line 2 has other decimals`),
      })
    },
  )

  it('are refused where commas and points are mixed, by both lines', async () => {
    await expect(prices('19,90', '5', '19.90')).rejects.toMatchObject({
      code: 'MELI_FILE_UNREADABLE',
      message: expect.stringMatching(/19,90 in line 2, 19\.90 in line 4$/),
    })
  })

  it('are read as they are said to be', async () => {
    const table = 'id;precio\nMEC1;1.500\nMEC2;1,5\n'
    expect((await read(table, 'comma')).lines.map(({price}) => price)).toEqual(['1500', '1.5'])
    expect(await read(table, 'point')).toMatchObject({lines: [{price: '1.5'}], bad: [{line: 3}]})
  })

  it('of a column do not decide about another one', async () => {
    await expect(read('id;precio;stock\nMEC1;19,90;1.500\n')).rejects.toMatchObject({
      message: expect.stringContaining('(quantity, line 2)'),
    })
  })
})

describe('columns', () => {
  it.each([
    ['id', 'itemId'],
    ['Item ID', 'itemId'],
    ['Código', 'itemId'],
    ['Número de publicación', 'itemId'],
    ['Código do anúncio', 'itemId'],
    ['SKU', 'sku'],
    ['seller_sku', 'sku'],
    ['ID de variación', 'variationId'],
    ['variação', 'variationId'],
    ['Precio', 'price'],
    ['PREÇO', 'price'],
    [' price ', 'price'],
    ['Stock', 'quantity'],
    ['available_quantity', 'quantity'],
    ['Cantidad', 'quantity'],
    ['Estoque', 'quantity'],
    ['Estado', 'status'],
    ['Situação', 'status'],
    ['ITEM_ID', 'itemId'],
    ['VARIATION_ID', 'variationId'],
    ['QUANTITY', 'quantity'],
    ['# de publicación', 'itemId'],
    ['# de anúncio', 'itemId'],
    ['N.º de anúncio', 'itemId'],
    ['N° de publicación', 'itemId'],
    ['Precio unitario', 'price'],
    ['Preço R$', 'price'],
    ['Preço (R$)', 'price'],
    ['Precio ($):', 'price'],
    ['pre\u00adcio', 'price'],
    ['Stock disponible', 'quantity'],
    ['Estoque disponível', 'quantity'],
    ['title', undefined],
    ['sold_quantity', undefined],
  ])('are known by the names people give them: %s', (name, field) => {
    expect(fieldOf(name)).toBe(field)
  })

  it.each([
    ...['Precio %', 'Price %', '% Precio', 'Precio (%)', 'precio%', 'Precio -', '-Precio', 'Precio -$', 'Precio (-)'],
    ...[
      'Precio +',
      'Precio / kg',
      'precio*2',
      'Δ precio',
      'Precio €',
      'Precio USD',
      'Precio (USD)',
      'Precio US$',
      'Precio?',
    ],
    ...['discount', 'Price discount', 'desconto', 'Preço com desconto', 'descuento', 'Precio con descuento'],
    ...['Precio anterior', 'Preço anterior', 'price_before', 'Precio original', 'comisión', 'Precio sin comisión'],
    ...[
      'Precio mayorista',
      'Precio de costo',
      'Costo',
      'Stock mínimo',
      'Stock %',
      'Stock +',
      'estado anterior',
      'SKU padre',
    ],
  ])('whose name has a sign or a word more than that are something else: %s', (name) => {
    expect(fieldOf(name)).toBeUndefined()
  })

  it('have no letter, digit or sign dropped from their names', () => {
    const sign = fc
      .string({unit: 'grapheme', minLength: 1, maxLength: 3})
      .filter((text) => /[^\s_.:()[\]\p{M}\p{C}]/u.test(text))
    fc.assert(
      fc.property(fc.constantFrom('precio', 'Price', 'Preço', 'stock'), sign, fc.boolean(), (name, more, before) => {
        const known = fieldOf(before ? `${more} ${name}` : `${name} ${more}`)
        expect(known === undefined || /^\s*(?:\$|R\$|S\/)\s*$/i.test(more.replace(/[()[\]_.:]/g, ''))).toBe(true)
      }),
    )
  })

  it('with a percent sign alone are nothing to change', async () => {
    await expect(read('id,Precio %\nMLA2827582139,15\n')).rejects.toMatchObject({
      code: 'MELI_FILE_UNREADABLE',
      message: expect.stringMatching(/no column with anything to change; "Precio %" is not a known column$/),
    })
    const {lines, unknown} = await read('id,Precio %,stock\nMLA2827582139,15,3\n')
    expect([lines[0]?.price, unknown]).toEqual([null, ['Precio %']])
  })

  it('that mean nothing here are named, so that a mistyped one is seen', async () => {
    expect((await read('id,precio,titulo,prcie\nMEC1,5,x,y\n')).ignored).toEqual(['titulo', 'prcie'])
    expect((await read('id,precio,titulo,prcie\nMEC1,5,x,y\n')).unknown).toEqual(['prcie'])
  })

  it.each([
    ['no listing', 'precio,stock\n5,1\n', /no column with the item id or the SKU/],
    ['nothing to change', 'id,titulo\nMEC1,x\n', /no column with anything to change/],
    ['no line', 'id,price\n\n', /no line below its header/],
    ['nothing at all', '', /no line below its header/],
  ])('have to be there: %s', async (_, content, message) => {
    await expect(read(content)).rejects.toMatchObject({
      code: 'MELI_FILE_UNREADABLE',
      message: expect.stringMatching(message),
    })
  })
})

describe('a file of which no line can be read', () => {
  it('is told by what is wrong with the lines, not by columns that it has', async () => {
    const {bad} = await read('id;precio\nMEC1;4;5\n')
    expect(bad).toEqual([{line: 2, message: expect.stringContaining('there are 3 cells, and 2 columns')}])
  })
})

describe('lines', () => {
  it('say what is to be, and leave the rest as it is', async () => {
    const content = 'sku,id,variacion,precio,cantidad,estado\nA-1,mec-123,,19.90,7,Pausada\nB,,55,,,\n'
    expect((await read(content)).lines).toEqual([
      {line: 2, itemId: 'MEC123', sellerSku: 'A-1', variationId: null, price: '19.9', quantity: 7, status: 'paused'},
      {line: 3, itemId: null, sellerSku: 'B', variationId: 55, price: null, quantity: null, status: null},
    ])
  })

  it('that are bad are all told, each by its number and with all that is wrong', async () => {
    const content = 'id;precio;stock;estado\nMEC1;5;1;activa\nX;0;1,5;foo\n;5;;\nMEC2;-1;;\nMEC3;5;;\nMEC3;6;;\n'
    const {bad, lines} = await read(content)
    expect(lines.map(({line}) => line)).toEqual([2, 6])
    expect(bad.map(({line}) => line)).toEqual([3, 4, 5, 7])
    expect(bad[0]?.message).toMatch(/X is no item id.*0 is no price.*1,5 is no number of pieces.*foo is no status/)
    expect(bad[3]?.message).toBe('the same listing is in line 6')
  })

  it('may be the export of a catalogue, edited', async () => {
    const content =
      '\ufeffid,title,price,currency_id,available_quantity,sold_quantity,status,seller_sku\r\n' +
      `MEC1,"'=x",19.90,USD,5,1,under_review,'=SKU\r\nMEC2,x,5,USD,0,0,closed,''=y\r\n`
    expect((await read(content)).lines).toEqual([
      expect.objectContaining({itemId: 'MEC1', sellerSku: '=SKU', price: '19.9', quantity: 5, status: null}),
      expect.objectContaining({itemId: 'MEC2', sellerSku: "'=y", status: 'closed'}),
    ])
  })

  it('of JSON take numbers and text, with a point', async () => {
    const lines = [
      '{"sku":"A","price":19.9,"stock":3}',
      '{"id":"MEC1","precio":"1.500"}',
      '{"id":"MEC2","price":"1,5"}',
    ]
    const {lines: good, bad} = await readAll(await open(lines.join('\n'), 'changes.jsonl'))
    expect(good).toEqual([
      expect.objectContaining({sellerSku: 'A', price: '19.9', quantity: 3}),
      expect.objectContaining({itemId: 'MEC1', price: '1.5'}),
    ])
    expect(bad).toEqual([{line: 3, message: expect.stringContaining('1,5 is no price')}])
  })

  it('with two columns for one thing are bad', async () => {
    expect((await read('id,price,precio\nMEC1,5,6\n')).bad).toEqual([
      {line: 2, message: 'price and precio mean the same'},
    ])
  })

  it('survive any file without a crash', async () => {
    const content = fc.oneof(fc.string({maxLength: 200}), fc.uint8Array({maxLength: 200}))
    await fc.assert(
      fc.asyncProperty(content, async (bytes) => {
        const head = Buffer.from('id,price,stock\n')
        const file = open(Buffer.concat([head, Buffer.from(bytes as Uint8Array)]))
        await file
          .then((each) => readAll(each))
          .catch((error: unknown) => expect(error).toMatchObject({code: 'MELI_FILE_UNREADABLE'}))
      }),
    )
  })
})

describe("the sheet of Mercado Libre's bulk editor", () => {
  const header =
    'ITEM_ID,VARIATION_ID,SKU,TITLE,QUANTITY,PRICE,CURRENCY_ID,CONDITION,"SHIPPING_METHOD ",LOCAL_PICKUP,STATUS,LISTING_TYPE_V3,FEE_PER_SALE_MARKETPLACE_V2'
  const rows = [
    'MLA1000000001,-,CAMP-1,Campera,3,89900,$,Nuevo,Mercado Envíos gratis,Acepta,Inactiva,Agregar cuotas,15.83%',
    'MLA1000000002,-,LED70,Lámpara,232,21997.46,$,Nuevo,Mercado Envíos gratis,Acepta,Activa,gold_special,14.50% + $1095.00',
    'MLA1000000003,,REM-1,Remera,,1250.50,$,Nuevo,Mercado Envíos gratis,Acepta,Activa,gold_special,14.50%',
    'MLA1000000003,190000000676,REM-1-M,Remera,3,,$,,,,,,',
  ]
  const note = 'Código de la publicación,Variante,SKU,Título,Obligatorio,Obligatorio,No modificar,,,,,,'

  it('is read line by line, and what it shows beside is left aside by name', async () => {
    const {lines, bad, unknown, ignored} = await read([header, ...rows].join('\n'))
    expect(bad).toEqual([])
    const values = {sellerSku: expect.any(String), variationId: null}
    expect(lines).toEqual([
      {line: 2, itemId: 'MLA1000000001', ...values, price: '89900', quantity: 3, status: 'paused'},
      {line: 3, itemId: 'MLA1000000002', ...values, price: '21997.46', quantity: 232, status: 'active'},
      {line: 4, itemId: 'MLA1000000003', ...values, price: '1250.5', quantity: null, status: 'active'},
      {
        ...{line: 5, itemId: 'MLA1000000003', sellerSku: 'REM-1-M', variationId: 190_000_000_676},
        ...{price: null, quantity: 3, status: null},
      },
    ])
    expect(unknown).toEqual([])
    expect(ignored).toEqual([
      ...['TITLE', 'CURRENCY_ID', 'CONDITION', 'SHIPPING_METHOD', 'LOCAL_PICKUP', 'LISTING_TYPE_V3'],
      'FEE_PER_SALE_MARKETPLACE_V2',
    ])
  })

  it('may have notes on its columns below the header', async () => {
    const {lines, bad, notes, records} = await read(
      [header, note, ',,,,Solo números,Solo números,,,,,,,', ...rows].join('\n'),
    )
    expect(bad).toEqual([])
    expect(notes).toEqual([
      {line: 2, text: '"Código de la publicación"'},
      {line: 3, text: '"Solo números"'},
    ])
    expect([lines[0]?.line, records]).toEqual([4, 4])
  })

  it.each([
    ['below a line', `${rows[0]}\n${note}`, 3],
    ['with a number', 'MLA-x,,,,5,,,,,,,,', 2],
    ['with a status', 'abc,,,,,,,,,,Activa,,', 2],
    ['with a SKU and no listing', ',,CAMPERA,,nada,,,,,,,,', 2],
  ])('has no notes %s: that is a bad line', async (_, content, line) => {
    const {bad, notes} = await read(`${header}\n${content}\n`)
    expect([bad.map((each) => each.line), notes]).toEqual([[line], []])
  })

  it.each([
    ['Activa', 'active'],
    ['Inactiva', 'paused'],
    ['Ativo', 'active'],
    ['Inativo', 'paused'],
    ['inactive', null],
  ])('says %s for a status', async (text, status) => {
    expect((await read(`ITEM_ID,STATUS\nMLA1,${text}\n`)).lines[0]?.status).toBe(status)
  })
})

describe('a report of sales', () => {
  it('has titles above its header, and columns of its own', async () => {
    const report = [
      ...['Reporte de ventas', '', 'Octubre de 2026;;;'],
      ...['N.º de anúncio;Preço (R$);Estoque disponível;Comissão', 'MLB1000000001;1.250,50;4;12%'],
    ]
    const {lines, unknown} = await read(report.join('\r\n'))
    expect(lines).toMatchObject([{line: 5, itemId: 'MLB1000000001', price: '1250.5', quantity: 4}])
    expect(unknown).toEqual(['Comissão'])
  })

  it('is not seen where the first line names one column, and values follow', async () => {
    expect((await read('id\nMEC1,5\n')).bad).toEqual([
      {line: 2, message: expect.stringContaining('there are 2 cells, and 1 columns')},
    ])
  })
})
