import {describe, expect, it} from '@jest/globals'
import QuestionsAnswer from '../../src/commands/questions/answer.js'
import QuestionsList from '../../src/commands/questions/list.js'
import QuestionsShow from '../../src/commands/questions/show.js'
import SyncEverything from '../../src/commands/sync/all.js'
import SyncQuestions from '../../src/commands/sync/questions.js'
import {MeliError} from '../../src/core/errors.js'
import {recorder} from '../support/asked.js'
import {runCommand} from '../support/run-command.js'
import {aQuestion} from '../ui/a-question.js'

const freshness = {synced_at: '2026-03-01T10:00:00.000Z', age_seconds: 7200, invalidated: false, connected: true}
const synced = {
  ...{ok: true, resource: 'questions', mode: 'production', run_id: 'r', kind: 'full', resumed: false, user_id: 1},
  ...{dry_run: false, listed: 1, created: 1, updated: 0, unchanged: 0, removed: 0, partial: 0, duplicates: 0},
  ...{failed: [], missing: [], missing_count: 0, requests: 2, retries: 0, rate_limited: 0, bytes: 9},
  ...{complete: true, error_code: null, stopped: false, skipped: false, reason: null, duration_ms: 5},
}

function fakes(answers: Record<string, unknown> = {}) {
  const {asked, said, method, terminal} = recorder()
  async function* rows() {
    yield aQuestion()
  }
  const list = {user_id: 1, questions: [aQuestion()], total: 1, ...freshness}
  const services = {
    accounts: {sessions: async () => ({open: method('open', 'session')})},
    sales: {
      questions: async () => ({
        list: method('list', list),
        stream: method('stream', {freshness, rows: rows()}),
        show: method('show', {user_id: 1, question: aQuestion(), item_title: null, ...freshness}),
        refresh: method('refresh', undefined),
      }),
    },
    sync: {
      questions: async () => ({run: method('sync', synced)}),
      everything: async () => ({
        run: method('everything', {ok: false, mode: 'production', syncs: [synced], exit_code: 5, duration_ms: 1}),
        runEverywhere: method('everywhere', {
          ok: true,
          mode: 'production',
          resources: [],
          exit_code: 0,
          duration_ms: 1,
        }),
      }),
    },
    terminal,
    progress: async () => ({update: () => undefined, end: () => undefined}),
    ...answers,
  }
  return {asked, said, services}
}

describe('questions list', () => {
  it('hands the filters on, and says how old the copy is', async () => {
    const {asked, said, services} = fakes()
    const argv = ['--sandbox', '--unanswered', '--item', 'MEC-1', '--since', '2026-02-01', '--limit', '5']
    const {stdout, status} = await runCommand(QuestionsList, argv, services)
    expect(status).toBe(0)
    expect(stdout).toContain('¿Tiene en azul?')
    expect(said).toEqual(['As of the sync 2 h ago'])
    expect(asked).toMatchObject([
      ['list', {sandbox: true, status: 'UNANSWERED', itemId: 'MEC1', since: new Date('2026-02-01'), limit: 5}],
    ])
  })

  it('asks the service first with --refresh', async () => {
    const {asked, services} = fakes()
    await runCommand(QuestionsList, ['--refresh', '--status', 'answered', '--json'], services)
    expect(asked).toMatchObject([
      ['open', {}],
      ['sync', 'session', {dryRun: false}],
      ['list', {status: 'ANSWERED'}],
    ])
  })

  it('says one thing before the first sync, with the command as it was given', async () => {
    const never = {user_id: 1, questions: [], total: 0, ...freshness, synced_at: null, age_seconds: null}
    const {said, services} = fakes({sales: {questions: async () => ({list: async () => never})}})
    const {stdout} = await runCommand(QuestionsList, ['--sandbox', '--account', 'TIENDA ANDINA'], services)
    expect(stdout).toBe('')
    expect(said).toEqual(["No complete sync yet. Next: meli sync questions --sandbox --account 'TIENDA ANDINA'"])
  })

  it('has no separator but that of a CSV', async () => {
    expect(await runCommand(QuestionsList, ['--separator', ';'], fakes().services)).toMatchObject({status: 2})
    expect(await runCommand(QuestionsList, ['--separator', ';', '--csv'], fakes().services)).toMatchObject({
      status: 0,
    })
  })

  it('leaves with 7 when --refresh could not read all, and lists what is here', async () => {
    const {said, services} = fakes({sync: {questions: async () => ({run: async () => ({...synced, ok: false})})}})
    const {status, stdout} = await runCommand(QuestionsList, ['--refresh'], services)
    expect(status).toBe(7)
    expect(stdout).toContain('¿Tiene en azul?')
    expect(said[0]).toBe('Not all could be read: meli sync questions names what is missing')
  })

  it('prints a line for each with --jsonl', async () => {
    const {stdout} = await runCommand(QuestionsList, ['--jsonl'], fakes().services)
    expect(JSON.parse(stdout)).toEqual(aQuestion())
  })

  it('refuses --unanswered beside --status', async () => {
    expect(await runCommand(QuestionsList, ['--unanswered', '--status', 'BANNED'], {})).toMatchObject({status: 2})
  })
})

describe('questions show', () => {
  it('reads the local copy, and asks for the one question with --refresh', async () => {
    const {asked, said, services} = fakes()
    await runCommand(QuestionsShow, ['13000000001'], services)
    expect(said).toHaveLength(1)
    await runCommand(QuestionsShow, ['13000000001', '--refresh'], services)
    expect(said).toHaveLength(1)
    expect(asked.map((each) => (each as unknown[])[0])).toEqual(['show', 'open', 'refresh', 'show'])
  })

  it('refuses what is no id', async () => {
    expect(await runCommand(QuestionsShow, ['MEC1'], {})).toMatchObject({status: 2})
  })
})

describe('questions answer', () => {
  const result = {
    ...{ok: true, dry_run: false, mode: 'production', user_id: 1, write_id: 3, warnings: []},
    question: aQuestion({status: 'ANSWERED'}),
  }
  const answering = (answer: unknown, seen: unknown[] = []) => ({
    sales: {
      answerQuestion: async () => ({
        run: async (...given: unknown[]) => {
          seen.push(given)
          if (answer instanceof Error) throw answer
          return answer
        },
      }),
    },
  })

  it('hands on who acts, the text and the dry run', async () => {
    const seen: unknown[] = []
    const argv = ['13000000001', 'Sí', '--live=TIENDA', '--dry-run']
    const dry = {dry_run: true, requests: []}
    const {stdout} = await runCommand(QuestionsAnswer, argv, answering(dry, seen))
    expect(stdout).toContain('Nothing would be sent')
    expect(seen).toMatchObject([[{sandbox: false, live: 'TIENDA'}, {id: '13000000001', text: 'Sí'}, {dryRun: true}]])
  })

  it('says that it was answered', async () => {
    const {stdout} = await runCommand(QuestionsAnswer, ['13000000001', 'Sí', '--sandbox'], answering(result))
    expect(stdout).toMatch(/^[✓+] Question 13000000001 about MEC1 answered\n$/)
  })

  it('takes --live and --sandbox one at a time', async () => {
    const argv = ['13000000001', 'Sí', '--live=A', '--sandbox']
    expect(await runCommand(QuestionsAnswer, argv, answering(result))).toMatchObject({status: 2})
  })

  it('leaves with 5 when the question does not wait any more', async () => {
    const refused = answering(new MeliError('MELI_QUESTION_NOT_OPEN', 'it was answered'))
    expect(await runCommand(QuestionsAnswer, ['1', 'Sí', '--json'], refused)).toMatchObject({status: 5})
  })
})

describe('sync questions and sync all', () => {
  it('hand the flags on, and tell of the result', async () => {
    const {asked, services} = fakes()
    const argv = ['--full', '--restart', '--max-duration', '5m', '--no-wait']
    const {stdout, status} = await runCommand(SyncQuestions, argv, services)
    expect(status).toBe(0)
    expect(stdout).toContain('1 question of account 1 synced')
    const options = {full: true, restart: true, maxDurationMs: 300_000, wait: false, dryRun: false}
    expect(asked).toMatchObject([
      ['open', {}],
      ['sync', 'session', options],
    ])
  })

  it('take --if-stale without a value for two hours', async () => {
    const {asked, services} = fakes()
    await runCommand(SyncQuestions, ['--if-stale', '--json'], services)
    expect(asked).toMatchObject([
      ['open', {}],
      ['sync', 'session', {ifStaleMs: 7_200_000}],
    ])
  })

  it('leave with the status of the first resource that failed, and with 7 when one is incomplete', async () => {
    const {asked, services} = fakes()
    expect(await runCommand(SyncEverything, [], services)).toMatchObject({status: 5})
    expect(await runCommand(SyncEverything, ['--all', '--sandbox'], services)).toMatchObject({status: 0})
    expect(asked.map((each) => (each as unknown[])[0])).toEqual(['open', 'everything', 'everywhere'])
    const incomplete = {sync: {questions: async () => ({run: async () => ({...synced, ok: false, complete: false})})}}
    expect(await runCommand(SyncQuestions, [], {...services, ...incomplete})).toMatchObject({status: 7})
  })
})
