import {describe, expect, it} from '@jest/globals'
import InstallsComplete from '../../src/commands/installs/complete.js'
import InstallsDiscard from '../../src/commands/installs/discard.js'
import InstallsList from '../../src/commands/installs/list.js'
import OperatorsAdd from '../../src/commands/operators/add.js'
import OperatorsList from '../../src/commands/operators/list.js'
import OperatorsRemove from '../../src/commands/operators/remove.js'
import OperatorsShare from '../../src/commands/operators/share.js'
import {MeliError} from '../../src/core/errors.js'
import {runCommand} from '../support/run-command.js'

const id = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff'
const link = {
  operator: 'ana@example.com',
  created: true,
  sign_in_url: 'https://shop.example/sign-in/secret-of-the-link',
  expires_at: '2999-01-01T00:00:00.000Z',
}

function operators() {
  const asked: unknown[] = []
  const invite = async (...given: unknown[]) => {
    asked.push(given)
    return link
  }
  return {asked, dashboard: {operators: async () => ({invite})}}
}

describe('operators add', () => {
  it.each<[string[], Record<string, string>, string]>([
    [[], {}, 'http://127.0.0.1:3000'],
    [[], {MELI_PUBLIC_URL: 'https://shop.example'}, 'https://shop.example/'],
    [['--public-url', 'https://other.example'], {MELI_PUBLIC_URL: 'https://shop.example'}, 'https://other.example/'],
  ])('makes a link, with %j and %j, to %s', async (argv, env, publicUrl) => {
    const fake = operators()
    const {stdout, status} = await runCommand(OperatorsAdd, ['ana@example.com', ...argv], fake, env)
    expect(status).toBe(0)
    expect(fake.asked).toEqual([['ana@example.com', publicUrl]])
    expect(stdout).toContain('ana@example.com may sign in')
    expect(stdout).toContain(link.sign_in_url)
  })

  it('prints the link under --json', async () => {
    const {stdout} = await runCommand(OperatorsAdd, ['ana@example.com', '--json'], operators())
    expect(JSON.parse(stdout)).toEqual(link)
  })

  it('refuses an address that is not https, and a person without a name', async () => {
    const fake = operators()
    expect(
      (await runCommand(OperatorsAdd, ['ana@example.com', '--public-url', 'http://shop.example'], fake)).status,
    ).toBe(3)
    expect((await runCommand(OperatorsAdd, [], fake)).status).toBe(2)
    expect(fake.asked).toEqual([])
  })
})

describe('operators list and remove', () => {
  it('show who may sign in', async () => {
    const list = async () => ({
      operators: [
        {operator: 'ana@example.com', created_at: '2026-03-01T12:00:00.000Z', sessions: 2, stores: 3},
        {operator: 'beto', created_at: '2026-03-01T12:00:00.000Z', sessions: 0, stores: 0},
      ],
    })
    const {stdout} = await runCommand(OperatorsList, [], {dashboard: {operators: async () => ({list})}})
    expect(stdout).toMatch(/ana@example\.com +2 +3 /)
    expect(stdout).toMatch(/beto +- +- /)
    const nobody = {dashboard: {operators: async () => ({list: async () => ({operators: []})})}}
    expect((await runCommand(OperatorsList, [], nobody)).stdout).toContain('meli operators add')
  })

  it('sign somebody out, or say that nobody is called so', async () => {
    const remove = async (operator: string) => ({operator, removed: true, unseen_stores: 2, serves: true})
    const fake = {dashboard: {operators: async () => ({remove})}}
    const {stdout} = await runCommand(OperatorsRemove, ['beto'], fake)
    expect(stdout).toContain('beto is signed out everywhere')
    expect(stdout).toContain('sees 2 stores now')
    expect(stdout).toContain('its next start lets beto in again')
    const missing = async () => {
      throw new MeliError('MELI_OPERATOR_UNKNOWN', 'nobody', {try: ['meli operators list']})
    }
    const {status, stderr} = await runCommand(OperatorsRemove, ['beto'], {
      dashboard: {operators: async () => ({remove: missing})},
    })
    expect(status).toBe(2)
    expect(stderr).toContain('meli operators list')
  })
})

describe('operators share', () => {
  const stores = [{store_id: 's-1', nickname: 'TIENDA', added: true}]

  it.each([
    [[], undefined],
    [
      ['--store', 's-1', '--store', 's-2'],
      ['s-1', 's-2'],
    ],
  ])('names the stores: %j', async (argv, expected) => {
    const asked: unknown[] = []
    const share = async (...given: unknown[]) => {
      asked.push(given)
      return {operator: 'ana@example.com', stores}
    }
    const fake = {dashboard: {operators: async () => ({share})}}
    const {stdout, status} = await runCommand(OperatorsShare, ['ana@example.com', ...argv], fake)
    expect(status).toBe(0)
    expect(asked).toEqual([['ana@example.com', expected]])
    expect(stdout).toContain('sees 1 more store now: TIENDA')
  })

  it('comes with a link', async () => {
    const share = async () => ({operator: link.operator, stores})
    const fake = {dashboard: {operators: async () => ({invite: async () => link, share})}}
    const {stdout} = await runCommand(OperatorsAdd, ['ana@example.com', '--share', '--json'], fake)
    expect(JSON.parse(stdout)).toEqual({...link, stores})
  })
})

describe('installs', () => {
  const install = {
    installation_id: id,
    nickname: 'TIENDA_ANDINA',
    user_id: 771100223,
    site_id: 'MEC',
    is_test_user: false,
    created_at: '2026-03-01T12:00:00.000Z',
    pending_until: '2999-03-08T12:00:00.000Z',
  }

  it('are listed, with what to do next', async () => {
    const fake = (installations: unknown[]) => ({
      accounts: {installs: async () => ({list: async () => ({installations})})},
    })
    const {stdout} = await runCommand(InstallsList, [], fake([install]))
    expect(stdout).toContain('TIENDA_ANDINA')
    expect(stdout).toContain(`meli installs complete ${id}`)
    expect((await runCommand(InstallsList, [], fake([]))).stdout).toContain('No seller waits')
    expect(JSON.parse((await runCommand(InstallsList, ['--json'], fake([install]))).stdout)).toEqual({
      installations: [install],
    })
  })

  it('are completed for the operator of the configuration', async () => {
    const asked: unknown[] = []
    const complete = async (...given: unknown[]) => {
      asked.push(given)
      return {
        installation_id: id,
        nickname: 'TIENDA',
        store_id: 's-1',
        operator: 'ana',
        linked_at: '2026-03-01T12:00:00Z',
      }
    }
    const fake = {accounts: {installs: async () => ({complete})}}
    const {stdout} = await runCommand(InstallsComplete, [id.toUpperCase()], fake, {MELI_OPERATOR: 'ana'})
    expect(asked).toEqual([[id, 'ana']])
    expect(stdout).toContain('TIENDA is connected')
  })

  it.each([
    [{revoked: true, revoke_error: null}, 'is given back'],
    [{revoked: false, revoke_error: {code: 'MELI_UNREACHABLE', message: 'no way'}}, 'could not be told (no way)'],
    [{revoked: false, revoke_error: null}, 'is connected besides'],
  ])('are discarded, and say what became of the permission: %j', async (end, words) => {
    const discard = async () => ({installation_id: id, nickname: 'TIENDA', ...end})
    const {stdout, status} = await runCommand(InstallsDiscard, [id], {accounts: {installs: async () => ({discard})}})
    expect(status).toBe(0)
    expect(stdout).toContain(words)
  })
})
