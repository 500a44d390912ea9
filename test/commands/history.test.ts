import {describe, expect, it} from '@jest/globals'
import History from '../../src/commands/history/index.js'
import HistoryList from '../../src/commands/history/list.js'
import HistoryShow from '../../src/commands/history/show.js'
import {runCommand} from '../support/run-command.js'
import {aWrite} from '../ui/writes.js'

function fakes() {
  const asked: unknown[] = []
  const history = {
    list: async (query: unknown) => {
      asked.push(query)
      return {writes: [aWrite()], total: 1}
    },
    async *stream(query: unknown) {
      asked.push(query)
      yield aWrite()
    },
    show: async (id: number, query: unknown) => {
      asked.push(query)
      return aWrite({id})
    },
  }
  return {asked, services: {writes: {history: async () => history}}}
}

describe('meli history', () => {
  it('lists what was changed, by itself and as list', async () => {
    for (const Command of [History, HistoryList]) {
      const {asked, services} = fakes()
      const {stdout} = await runCommand(Command, ['--item', 'mec-1', '--sandbox'], services)
      expect(asked).toEqual([{account: undefined, sandbox: true, subject: 'MEC1', limit: 50}])
      expect(stdout).toContain('stock set')
    }
  })

  it('writes a line each with --jsonl and --csv, as many as there are', async () => {
    const {asked, services} = fakes()
    const {stdout} = await runCommand(HistoryList, ['--jsonl', '--subject', '/x'], services)
    expect(JSON.parse(stdout)).toEqual(aWrite())
    expect(asked).toEqual([{account: undefined, sandbox: false, subject: '/x', limit: undefined}])
    const csv = await runCommand(HistoryList, ['--csv'], services)
    expect(csv.stdout).toMatch(/^\ufeffid,at,user_id,.*,push_id\r\n12,2026/)
  })

  it('lists what the account of MELI_ACCOUNT did, as its help says', async () => {
    const {asked, services} = fakes()
    await runCommand(HistoryList, [], services, {MELI_ACCOUNT: 'TIENDA'})
    expect(asked).toEqual([expect.objectContaining({account: 'TIENDA'})])
    expect(HistoryList.description).toContain('named by --account or MELI_ACCOUNT')
  })

  it('takes --since as the lists of orders and questions do', async () => {
    const {asked, services} = fakes()
    await runCommand(HistoryList, ['--since', '2026-03-01'], services)
    await runCommand(HistoryList, ['--since', '2026-03-01T06:30:00Z', '--csv'], services)
    const from = (time: string) => expect.objectContaining({since: new Date(time)})
    expect(asked).toEqual([from('2026-03-01T00:00:00Z'), from('2026-03-01T06:30:00Z')])
    expect(await runCommand(HistoryList, ['--since', 'yesterday'], services)).toMatchObject({status: 2})
    const never = await runCommand(HistoryList, ['--since', '2026-02-30'], services)
    expect(never).toMatchObject({status: 2, stderr: expect.stringContaining('there is no such time as 2026-02-30')})
  })

  it('does not say that nothing was changed when only part of it was asked for', async () => {
    const nothing = {writes: {history: async () => ({list: async () => ({writes: [], total: 0})})}}
    for (const argv of [['--since', '2d'], ['--item', 'MEC1'], ['--subject', '/x'], ['--sandbox'], ['--account', 'A']])
      expect(await runCommand(HistoryList, argv, nothing)).toMatchObject({stdout: 'No write fits.\n'})
    expect(await runCommand(HistoryList, [], nothing)).toMatchObject({stdout: 'Nothing was changed yet.\n'})
  })

  it('shows one of any account, whatever MELI_ACCOUNT says, as its help tells', async () => {
    const {asked, services} = fakes()
    await runCommand(HistoryShow, ['12'], services, {MELI_ACCOUNT: 'TIENDA'})
    await runCommand(HistoryShow, ['12', '--account', 'OTRA'], services, {MELI_ACCOUNT: 'TIENDA'})
    expect(asked).toEqual([
      {account: undefined, sandbox: false},
      {account: 'OTRA', sandbox: false},
    ])
    expect(HistoryShow.description).toContain('whatever MELI_ACCOUNT says')
  })

  it('shows one', async () => {
    const {asked, services} = fakes()
    const {stdout} = await runCommand(HistoryShow, ['12', '--sandbox'], services)
    expect(asked).toEqual([{account: undefined, sandbox: true}])
    expect(stdout).toContain('12: stock set MEC600000001')
    expect(await runCommand(HistoryShow, ['x'], fakes().services)).toMatchObject({status: 2})
  })
})
