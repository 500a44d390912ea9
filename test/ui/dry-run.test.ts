import {describe, expect, it} from '@jest/globals'
import type {DryRunRequest, DryRunResult} from '../../src/services/writes/dry-run.js'
import {renderDryRun, renderRequest} from '../../src/ui/writes.js'
import {colourPaper, plainPaper} from './paper.js'

function request(body: string | null, changes: Partial<DryRunRequest> = {}): DryRunRequest {
  const parsed: unknown = body === null ? null : JSON.parse(body)
  return {method: 'PUT', path: '/items/MEC600000001', headers: {}, body: parsed, body_text: body, ...changes}
}

const dryRun = (...requests: DryRunRequest[]): DryRunResult => ({dry_run: true, requests})
const seller = {userId: 8_035_443, nickname: 'TIENDA_QUITO', isTestUser: false}
const long = '{"question_id":13000000001,"text":"Sí, tenemos en stock, y sale hoy mismo.\\nGracias."}'

describe('a dry run on a screen', () => {
  it('says in whose name it would be, and has what fits on one line as it is sent', () => {
    const place = request('{"quantity":12}', {path: '/user-products/MECU1/stock', headers: {'x-version': '7'}})
    expect(renderDryRun(dryRun(request('{"price":19.90}'), place), plainPaper(80), seller)).toBe(
      [
        'Nothing was sent. 2 requests would be, as real account TIENDA_QUITO (8035443):',
        '',
        'PUT /items/MEC600000001',
        '  {"price":19.90}',
        '',
        'PUT /user-products/MECU1/stock',
        '  x-version: 7',
        '  {"quantity":12}',
      ].join('\n'),
    )
  })

  it('lays out what does not fit, and breaks its own words between them', () => {
    const tester = {...seller, nickname: 'TESTUSER1234567890', isTestUser: true}
    expect(renderDryRun(dryRun(request(long, {method: 'POST', path: '/answers'})), plainPaper(70), tester)).toBe(
      [
        'Nothing was sent. 1 request would be, as test user TESTUSER1234567890',
        '(8035443):',
        '',
        'POST /answers',
        '  {',
        '    "question_id": 13000000001,',
        '    "text": "Sí, tenemos en stock, y sale hoy mismo.\\nGracias."',
        '  }',
      ].join('\n'),
    )
  })

  it('names nobody who was not asked for, and no body where there is none', () => {
    expect(renderDryRun(dryRun(request(null, {method: 'GET', path: '/users/me'})), plainPaper(80))).toBe(
      'Nothing was sent. 1 request would be:\n\nGET /users/me',
    )
  })

  it('says at the end what would follow', () => {
    const closing = {...dryRun(request('{"status":"closed"}')), notes: ['closing is final', 'and so on']}
    expect(renderDryRun(closing, plainPaper(80)).split('\n').slice(-3)).toEqual(['', 'closing is final', 'and so on'])
  })

  it('has method and path stand out', () => {
    expect(renderDryRun(dryRun(request('{}')), colourPaper(80), seller)).toContain(
      '\u001b[1mPUT /items/MEC600000001\u001b[22m\n  {}',
    )
  })

  it('names the lines of a file that a request is for', () => {
    const lines = (count: number) => ({
      ...request('{"price":20}'),
      ...{line: 2, lines: Array.from({length: count}, (_, at) => at + 2), item_id: 'MEC600000001'},
    })
    const first = (count: number) => renderRequest(lines(count), plainPaper(80)).split('\n')[0]
    expect(first(1)).toBe('PUT /items/MEC600000001  line 2')
    expect(first(3)).toBe('PUT /items/MEC600000001  lines 2, 3, 4')
    expect(first(30)).toBe('PUT /items/MEC600000001  lines 2, 3, 4, 5, 6, 7, 8, 9 and 22 more')
  })
})

describe('a dry run', () => {
  it('is laid out, and names nobody, where there is no screen', () => {
    expect(renderDryRun(dryRun(request('{"price":19.90}')), plainPaper(), seller)).toBe(
      '1 request would be sent; nothing was changed.\n\nPUT /items/MEC600000001\n  {\n    "price": 19.90\n  }',
    )
  })

  it('without a request says so', () => {
    expect(renderDryRun({dry_run: true, requests: []}, plainPaper())).toBe('Nothing would be sent.')
    expect(renderDryRun({dry_run: true, requests: []}, plainPaper(80), seller)).toBe('Nothing would be sent.')
  })
})
