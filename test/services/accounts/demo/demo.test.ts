import {describe, expect, it} from '@jest/globals'
import {Demo} from '../../../../src/services/accounts/demo/demo.js'
import type {Stage} from '../../../../src/services/accounts/demo/stage.js'
import {createRecorder, createTeller, renderDemo} from '../../../../src/ui/demo.js'
import {createPaper} from '../../../../src/ui/paper.js'

const paper = createPaper({stream: {}, env: {LANG: 'C.UTF-8'}, now: new Date(0)})
const never = new AbortController().signal

/** A stage on which the commands do nothing, and one of them may fail. */
function build({
  failing = '',
  abortAt = '',
  abort = () => {},
}: {
  failing?: string
  abortAt?: string
  abort?: () => void
}) {
  const ran: string[] = []
  const stage: Stage = {
    url: 'http://127.0.0.1:1',
    site: 'MEC',
    listings: 3,
    async meli(args, watcher) {
      const command = args.join(' ')
      ran.push(command)
      watcher.output(`output of ${command}\n`)
      if (command === abortAt) abort()
      return {exitCode: command === failing ? 6 : 0}
    },
    changeListings: ({prices, stocks}) => ran.push(`${prices} prices, ${stocks} stocks`),
    advance: (ms) => ran.push(`${ms} ms`),
  }
  const recorder = createRecorder()
  return {demo: new Demo({stage, audience: recorder, clock: {now: () => new Date(0)}}), ran, recorder}
}

describe('the demo', () => {
  it('changes the catalogue before the second sync, and lets six hours pass before the last handshake', async () => {
    const {demo, ran} = build({})
    expect(await demo.run(never)).toMatchObject({ok: true})
    expect(ran.slice(-6)).toEqual([
      'sync products',
      '6 prices, 3 stocks',
      'sync products',
      '21600000 ms',
      'verify-handshake',
      'auth logout',
    ])
  })

  it('stops at the first step that fails, and says which one it was', async () => {
    const {demo, ran, recorder} = build({failing: 'auth status'})
    const result = await demo.run(never)
    expect(ran.at(-1)).toBe('auth status')
    expect(result.ok).toBe(false)
    expect(result.steps.at(-1)).toMatchObject({command: 'meli auth status', exit_code: 6})
    expect(renderDemo(result, paper)).toContain('Step 3 failed: Who is connected. meli auth status left with 6, not 0.')
    expect(recorder.lastOutput()).toBe('output of auth status\n')
  })

  it('ends with an interruption, not with a failed step, when it is interrupted', async () => {
    const controller = new AbortController()
    const {demo, ran} = build({abortAt: 'auth status', failing: 'auth status', abort: () => controller.abort()})
    await expect(demo.run(controller.signal)).rejects.toMatchObject({code: 'MELI_INTERRUPTED', exitCode: 130})
    expect(ran.at(-1)).toBe('auth status')
  })
})

describe('the teller of the demo', () => {
  function tell(columns?: number) {
    let text = ''
    const teller = createTeller(
      (more) => {
        text += more
      },
      columns === undefined ? paper : {...paper, columns},
    )
    return {teller, text: () => text}
  }

  it('sets off what the program prints, whatever pieces it comes in', () => {
    const {teller, text} = tell()
    for (const piece of ['one', ' line\n', '\n', 'two\nthr', 'ee\n']) teller.output(piece)
    expect(text()).toBe('  one line\n\n  two\n  three\n')
  })

  it.each([20, 40, 80])('keeps its own sentences within %i columns', (columns) => {
    const {teller, text} = tell(columns)
    teller.opening({url: 'http://127.0.0.1:1', site: 'MEC'})
    const sentence = 'A sentence that is long enough to need more than one line on any screen there is, and a bit.'
    teller.step({number: 1, of: 9, title: 'Short', why: sentence, command: 'meli x'})
    const told = text()
      .split('\n')
      .filter((line) => !line.startsWith('meli, from'))
    for (const line of told) expect(line.length).toBeLessThanOrEqual(columns)
    expect(told.join(' ')).toContain(sentence)
  })
})
