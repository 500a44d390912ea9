import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../src/core/errors.js'
import type {PushDryRunResult} from '../../src/services/writes/push/dry-run.js'
import type {PushResult} from '../../src/services/writes/push/push-result.js'
import {createPaper} from '../../src/ui/paper.js'
import {dryRunSummary, renderPush, withWayOn} from '../../src/ui/pushes.js'

const paper = createPaper({stream: {}, env: {LANG: 'C.UTF-8'}, now: new Date()})

function result(changes: Partial<PushResult> = {}): PushResult {
  const who = {
    mode: 'production' as const,
    user_id: 7,
    nickname: 'TIENDA',
    push_id: 'ab',
    resumed: false,
    refused: false,
  }
  const counts = {lines: 1_200, changed: 1_100, unchanged: 100, failed: 0, requests: 9, duration_ms: 8}
  const lists = {
    bad_lines: [],
    failures: [],
    ...{ignored_columns: [], unknown_columns: [], notes: []},
    result_file: 'a.csv.result.csv',
    result_file_error: null,
  }
  return {ok: true, file: 'a.csv', ...who, ...counts, ...lists, ...changes}
}

const bad = (count: number) => Array.from({length: count}, (_, at) => ({line: at + 2, message: `wrong ${at}`}))
const failure = (line: number) => ({
  line,
  item_id: 'MEC1',
  variation_id: null,
  seller_sku: null,
  code: 'MELI_NOT_FOUND',
  message: 'gone',
})

describe('a push', () => {
  it('tells what became of the lines, and where each is', () => {
    expect(renderPush(result(), paper)).toBe(
      [
        '✓ 1,200 lines of a.csv pushed for TIENDA (7)',
        '  1,100 changed, 100 as wanted already, 0 failed',
        '  every line: a.csv.result.csv',
      ].join('\n'),
    )
  })

  it('says on a narrow screen all of what is wrong, in as many lines as that takes', () => {
    const narrow = createPaper({stream: {isTTY: true, columns: 40}, env: {LANG: 'C', NO_COLOR: '1'}, now: new Date()})
    const message = 'there are 2 cells, and 3 columns; is a cell with a separator in it not quoted?'
    const why = 'Mercado Libre has no such thing'
    const lists = {bad_lines: [{line: 6, message}, ...bad(1)], failures: [{...failure(12), message: why}]}
    expect(
      renderPush(result({ok: false, failed: 3, ...lists}), narrow)
        .split('\n')
        .slice(4),
    ).toEqual([
      'Lines that cannot be used:',
      '  LINE  WHY',
      '  6     there are 2 cells, and 3',
      '        columns; is a cell with a',
      '        separator in it not quoted?',
      '  2     wrong 0',
      '',
      'Lines that failed:',
      '  LINE  ITEM  WHY',
      '  12    MEC1  Mercado Libre has no such',
      '              thing',
    ])
  })

  it('says how to go on after an interruption, and leaves other errors alone', () => {
    const stopped = new MeliError('MELI_INTERRUPTED', 'interrupted; what was done is kept')
    expect(withWayOn(stopped)).toMatchObject({
      message: 'interrupted; what was done is kept',
      suggestions: ['run the same command again: it goes on with the lines that are left'],
    })
    const other = new Error('x')
    expect(withWayOn(other)).toBe(other)
  })

  it('names what failed beside what could not be used, once each', () => {
    const text = renderPush(
      result({ok: false, failed: 2, bad_lines: bad(1), failures: [{...failure(2), message: 'wrong 0'}, failure(9)]}),
      paper,
    )
    expect(text).toMatch(/Lines that cannot be used:\n {2}LINE {2}WHY\n {2}2 {5}wrong 0\n/)
    expect(text).toMatch(/Lines that failed:\n {2}LINE {2}ITEM {2}WHY\n {2}9 {5}MEC1 {2}gone$/)
  })

  it('shows twenty bad lines and counts the others', () => {
    const refused = {ok: false, refused: true, bad_lines: bad(25), result_file: null, nickname: null, lines: 30}
    const text = renderPush(result(refused), paper)
    expect(text).toMatch(/^✗ 30 lines of a\.csv: nothing was sent, because 25 lines cannot be used\n/)
    expect(text.match(/wrong \d+/g)).toHaveLength(20)
    expect(text).toMatch(/and 5 more: see --json$/)
  })

  it('counts the failures that it does not show, and says where they are', () => {
    const failing = (shown: number, failed: number, result_file: string | null) =>
      renderPush(
        result({ok: false, failed, failures: Array.from({length: shown}, (_, at) => failure(at)), result_file}),
        paper,
      )
    expect(failing(100, 20_000, 'a.csv.result.csv')).toMatch(/and 19,980 more: see a\.csv\.result\.csv$/)
    expect(failing(100, 20_000, null)).toMatch(/and 19,980 more: --json has 100 of them$/)
    expect(failing(30, 30, null)).toMatch(/and 10 more: see --json$/)
  })

  it('keeps control characters of the file away from the terminal', () => {
    const text = renderPush(result({file: 'a\u001b[31m.csv', ignored_columns: ['x\u001b]0;y\u0007']}), paper)
    expect(text).not.toContain('\u001b')
  })

  it('tells unknown columns from those that a push never changes, and names rows that are no lines', () => {
    const lists = {ignored_columns: ['TITLE', 'prcie'], unknown_columns: ['prcie'], notes: [{line: 2, text: 'Código'}]}
    expect(renderPush(result(lists), paper).split('\n').slice(2, 5)).toEqual([
      '  unknown columns: prcie',
      '  columns that push does not change: TITLE',
      '  line 2 is a note about the columns and was skipped: Código',
    ])
  })

  it('calls standard input by its name, and the sandbox, and what was gone on with', () => {
    const text = renderPush(result({file: '-', mode: 'sandbox', resumed: true}), paper)
    expect(text.split('\n')[0]).toBe(
      '✓ 1,200 lines of standard input pushed for TIENDA (7) (sandbox), resumed where it was interrupted',
    )
  })
})

describe('a dry run', () => {
  const dryRun = (changes: Partial<PushDryRunResult>): PushDryRunResult => {
    const {ok, file, mode, user_id, nickname, refused, lines, unchanged, failed, bad_lines, failures} = result()
    const aside = {ignored_columns: [], unknown_columns: [], notes: []}
    const same = {ok, file, mode, user_id, nickname, refused, lines, unchanged, failed, bad_lines, failures}
    return {dry_run: true, ...same, changes: 1_100, closings: 0, ...aside, requests: [], ...changes}
  }

  it('says what would be sent, and what would be in its way', () => {
    expect(dryRunSummary(dryRun({}))).toBe(
      '1,200 lines of a.csv: 1,100 would be changed, 100 are as wanted, 0 cannot be carried out; nothing was sent',
    )
    expect(dryRunSummary(dryRun({}), 80)).toBe(
      [
        '1,200 lines of a.csv for TIENDA (7): 1,100 would be changed, 100 are as wanted,',
        '0 cannot be carried out; nothing was sent',
      ].join('\n'),
    )
    expect(dryRunSummary(dryRun({closings: 1}))).toMatch(/\nclosing is final: 1 listing would be closed$/)
    expect(dryRunSummary(dryRun({closings: 1_200}))).toContain('1,200 listings would be closed')
    expect(dryRunSummary(dryRun({refused: true, bad_lines: bad(1)}))).toMatch(/nothing would be sent before/)
  })
})
