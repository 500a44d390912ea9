import {once} from 'node:events'
import {PassThrough, Writable} from 'node:stream'
import {describe, expect, it} from '@jest/globals'
import {rememberSecret} from '../../src/core/redact.js'
import {createTerminal} from '../../src/ui/terminal.js'

/** A terminal without a kernel: what is typed goes in, what is drawn comes out. */
function screen() {
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    isRaw: false,
    setRawMode(raw: boolean) {
      this.isRaw = raw
      return this
    },
  })
  const output = Object.assign(new PassThrough(), {isTTY: true, columns: 200})
  let drawn = ''
  output.on('data', (chunk) => {
    drawn += String(chunk)
  })
  const terminal = createTerminal({input, output, interactive: true})
  const asked = async () => {
    while (!drawn.includes('Address')) await once(output, 'data')
    // The prompt listens from the turn after its first drawing on.
    await new Promise(setImmediate)
  }
  return {input, output, terminal, asked, drawn: () => drawn}
}

describe('say', () => {
  it('writes one line, without what would move the cursor', () => {
    const {terminal, drawn} = screen()
    terminal.say('Connected as \u001b[2JNICK\r')
    expect(drawn()).toBe('Connected as NICK\n')
  })

  it('takes out secrets that are in use; what the person needs is revealed instead', () => {
    const {terminal, drawn} = screen()
    rememberSecret('s3cret-of-a-login')
    terminal.say('Waiting for s3cret-of-a-login and APP_USR-1-2')
    terminal.reveal('Open https://example.com/?state=s3cret-of-a-login')
    expect(drawn()).toBe('Waiting for [redacted] and APP_USR-***\nOpen https://example.com/?state=s3cret-of-a-login\n')
  })

  it('does not mind that nobody reads any more', async () => {
    const broken = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error('write EPIPE'), {code: 'EPIPE'}))
      },
    })
    const terminal = createTerminal({input: new PassThrough(), output: broken, interactive: false})
    const closed = new Promise((resolve) => broken.on('close', resolve))
    terminal.say('one')
    await closed
    terminal.say('two')
  })
})

describe('ask', () => {
  it('returns what the person typed, trimmed', async () => {
    const {terminal, input, asked, drawn} = screen()
    const answer = terminal.ask('Address')
    await asked()
    input.write('https://example.com/?code=TG-1 \r')
    expect(await answer).toBe('https://example.com/?code=TG-1')
    expect(input.isRaw).toBe(false)
    expect(drawn()).toContain('Address')
  })

  it('names another way where there is no terminal', async () => {
    const terminal = createTerminal({input: new PassThrough(), output: new PassThrough(), interactive: false})
    await expect(terminal.ask('Address')).rejects.toMatchObject({
      code: 'MELI_TERMINAL_NEEDED',
      exitCode: 2,
      suggestions: expect.arrayContaining([expect.stringContaining('meli auth complete')]),
    })
  })

  it('stops with the reason of the signal, and gives the terminal back', async () => {
    const {terminal, input, asked} = screen()
    const giveUp = new AbortController()
    const reason = new Error('too late')
    const answer = terminal.ask('Address', giveUp.signal)
    await asked()
    expect(input.isRaw).toBe(true)
    giveUp.abort(reason)
    await expect(answer).rejects.toBe(reason)
    expect(input.isRaw).toBe(false)
    expect(input.isPaused()).toBe(true)
    await expect(terminal.ask('Address', giveUp.signal)).rejects.toBe(reason)
  })

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('is interrupted by %s', async (_name, key) => {
    const {terminal, input, asked} = screen()
    const answer = terminal.ask('Address')
    await asked()
    input.write(key)
    await expect(answer).rejects.toMatchObject({code: 'MELI_INTERRUPTED', exitCode: 130})
    expect(input.isRaw).toBe(false)
  })

  it('is interrupted when the input ends', async () => {
    const {terminal, input, asked} = screen()
    const answer = terminal.ask('Address')
    await asked()
    input.end()
    await expect(answer).rejects.toMatchObject({code: 'MELI_INTERRUPTED'})
  })
})
