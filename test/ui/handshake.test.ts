import {describe, expect, it} from '@jest/globals'
import {type CheckStatus, checkNames} from '../../src/services/accounts/verify/checks.js'
import type {HandshakeResult} from '../../src/services/accounts/verify/result.js'
import {renderCandidates, renderHandshake, renderHandshakes} from '../../src/ui/handshake.js'
import {width} from '../../src/ui/table.js'
import {plainPaper} from './paper.js'

const user = {id: 1, nickname: 'TIENDA', email: 'a@example.com', site_id: 'MEC', tags: []}

function result(failing?: {status: CheckStatus; detail: string}): HandshakeResult {
  const checks = checkNames.map((name, at) =>
    failing !== undefined && at === 1
      ? {name, ...failing}
      : {
          name,
          status: failing !== undefined && at > 1 ? ('skip' as const) : ('pass' as const),
          detail: detailOf(at, failing),
        },
  )
  const ok = failing === undefined
  return {
    ok,
    mode: 'production',
    user: ok ? user : null,
    token: null,
    checks,
    error_code: ok ? null : 'MELI_NO_ACCOUNT',
    exit_code: ok ? 0 : 4,
    suggestions: ok ? [] : ['meli auth login'],
  }
}

function detailOf(at: number, failing: unknown): string {
  return failing !== undefined && at > 1 ? 'not reached: token_found failed' : 'seen'
}

describe('renderHandshake', () => {
  it('ends with the sentence that scripts and people look for', () => {
    const text = renderHandshake(result(), plainPaper())
    expect(text.split('\n').at(-1)).toBe('Handshake verified! Connected as: TIENDA (a@example.com)')
    expect(text.split('\n')[0]).toBe('  ✓ configuration     seen')
  })

  it('leaves the brackets out when the service names no address', () => {
    const text = renderHandshake({...result(), user: {...user, email: null}}, plainPaper())
    expect(text).toMatch(/Connected as: TIENDA$/)
  })

  it('ends a failure with the cause, its code and what to try', () => {
    const text = renderHandshake(result({status: 'fail', detail: 'no account is connected'}), plainPaper())
    expect(text).toContain('  ✗ token found       no account is connected\n  – seal opens        not reached\n')
    expect(text.split('\n').slice(-2)).toEqual([
      'Handshake failed: no account is connected (MELI_NO_ACCOUNT)',
      '  Try: meli auth login',
    ])
  })

  it('keeps long details inside the screen', () => {
    const long = 'the authorization no longer works because process 4211 sent it and never stored the answer'
    const lines = renderHandshake(result({status: 'warn', detail: long}), plainPaper(60)).split('\n')
    expect(lines.slice(0, 12).every((line) => width(line) <= 60)).toBe(true)
  })

  it('lets nothing through that would move the cursor', () => {
    const text = renderHandshake({...result(), user: {...user, nickname: 'A\u001b[2J\u202eB'}}, plainPaper())
    expect(text).toContain('Connected as: AB (')
  })
})

describe('renderHandshakes', () => {
  it('counts those that were verified', () => {
    const failed = result({status: 'fail', detail: 'no'})
    const all = {ok: false, mode: 'production' as const, handshakes: [result(), failed], exit_code: 4}
    expect(renderHandshakes(all, plainPaper())).toMatch(/✗ 1 of 2 handshakes verified$/)
  })
})

describe('renderCandidates', () => {
  it('says how to get one when there is none', () => {
    expect(renderCandidates({mode: 'sandbox', accounts: []}, plainPaper())).toContain('meli create-test-user --login')
  })
})
