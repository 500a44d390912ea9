import {stripVTControlCharacters} from 'node:util'
import {describe, expect, it} from '@jest/globals'
import {cut, fields, table, width} from '../../src/ui/table.js'
import fc from '../support/properties.js'
import {colourPaper, plainPaper} from './paper.js'

describe('table', () => {
  it.each(['👩‍👩‍👧 Remera', '日本語', 'Cafe\u0301', '❤️ rojo', '🇪🇨'])('aligns what follows %s', (title) => {
    const [, first = '', second = ''] = table(
      ['T', 'N'],
      [
        [title, '1'],
        ['plain', '2'],
      ],
      plainPaper(),
    ).split('\n')
    expect(width(first.slice(0, -1))).toBe(width(second.slice(0, -1)))
  })

  it('cuts no emoji in two', () => {
    expect(cut('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 6)).toBe('👩‍👩‍👧👩‍👩‍👧…')
  })

  const rows = [
    ['A', 'short'],
    ['LONGER', 'a text that is much too long for the little screen it meets'],
  ]

  it('aligns columns and leaves no blanks at the end of a line', () => {
    expect(
      table(
        ['ID', 'TEXT'],
        [
          ['1', 'x'],
          ['22', ''],
        ],
        plainPaper(),
      ),
    ).toBe('ID  TEXT\n1   x\n22')
  })

  it('gives the same text in colour, were it not for the colours', () => {
    const paper = colourPaper()
    const painted = rows.map(([id = '', text = '']) => [{text: id, paint: paper.style.ok}, text])
    const drawn = table(['ID', 'TEXT'], painted, paper)
    expect(drawn).toContain('\u001b[')
    expect(stripVTControlCharacters(drawn).replace(/ +$/gm, '')).toBe(table(['ID', 'TEXT'], rows, plainPaper()))
  })

  it('cuts the widest column where the screen is narrow, and nothing where there is none', () => {
    const narrow = table(['ID', 'TEXT'], rows, plainPaper(30))
    expect(
      narrow
        .split('\n')
        .map(width)
        .every((columns) => columns <= 30),
    ).toBe(true)
    expect(narrow).toContain('…')
    expect(table(['ID', 'TEXT'], rows, plainPaper())).toContain('the little screen it meets')
  })

  it('keeps the first column whole, by which a row is asked for', () => {
    const row = ['MEC1660825852', 'a title that is long', 'another that is long']
    const narrow = table(['ID', 'TITLE', 'MORE'], [row], plainPaper(34))
    expect(narrow).toContain('MEC1660825852  a ')
    expect(narrow.split('\n').every((line) => width(line) <= 34)).toBe(true)
  })

  it('keeps each row on a line of its own, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({unit: 'binary'}), fc.string({unit: 'binary'}))), (cells) => {
        const drawn = table(['A', 'B'], cells, plainPaper())
        expect(drawn.split('\n')).toHaveLength(cells.length + 1)
        expect(drawn).not.toMatch(/[^\P{Cc}\n]/u)
      }),
    )
  })
})

describe('fields', () => {
  it('puts the values below each other', () => {
    const pairs = [
      ['A', '1'],
      ['Long', '2\u001b[2J'],
    ] as const
    expect(fields(pairs, plainPaper())).toBe('  A     1\n  Long  2')
  })
})
