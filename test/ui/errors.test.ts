import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {PassThrough} from 'node:stream'
import {gzipSync} from 'node:zlib'
import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../src/core/errors.js'
import {describeError, describeUnknownCommand, printError, traceOf} from '../../src/ui/errors.js'
import {readInput} from '../../src/ui/input.js'
import {readStdin} from '../../src/ui/stdin.js'
import {tempHomes} from '../support/temp-home.js'

function oclifError(message: string, more: object = {}): Error {
  return Object.assign(new Error(message), {oclif: {exit: 2}, ...more})
}

describe('describeError', () => {
  it('keeps of our errors what the contract lists, and no cause', () => {
    const error = new MeliError('MELI_NO_ACCOUNT', 'no account\u001b[2J', {
      try: ['meli auth login'],
      cause: new Error('TG-1'),
    })
    expect(describeError(error)).toEqual({
      code: 'MELI_NO_ACCOUNT',
      message: 'no account',
      exit_code: 4,
      retryable: false,
      suggestions: ['meli auth login'],
    })
  })

  it('says nothing of an error that is not ours', () => {
    const described = describeError(new Error('params: APP_USR-1-secret'))
    expect(described).toMatchObject({code: 'MELI_UNEXPECTED', exit_code: 1})
    expect(JSON.stringify(described)).not.toContain('secret')
  })

  it('repeats neither the value of an unknown flag nor a token among the words', () => {
    const flag = describeError(oclifError('Nonexistent flag', {flags: ['--client-secret=hunter2', '--token']}))
    expect(flag.message).toBe('unknown flag --client-secret, --token')
    expect(flag.suggestions[0]).toContain('MELI_CLIENT_SECRET')
    expect(describeError(oclifError('Expected --role=APP_USR-1-abc to be one of: a')).message).not.toContain('abc')
    expect(describeError(oclifError('Unexpected argument: hunter2')).message).not.toContain('hunter2')
    const both = 'The following error occurred:\n  --account=LA TIENDA cannot also be provided when using --all'
    expect(describeError(oclifError(both)).message).toBe('--account cannot be used with --all')
  })

  it('names a flag that is missing as it is written', () => {
    const missing = 'The following error occurred:\n  Missing required flag older-than\nSee more help with --help'
    expect(describeError(oclifError(missing)).message).toBe('missing flag --older-than')
  })

  it('suggests the flag that was meant', () => {
    const parse = {input: {flags: {check: {}, sandbox: {}}}}
    expect(describeError(oclifError('x', {flags: ['--chek'], parse})).suggestions[0]).toBe('--check, if that was meant')
  })
})

describe('describeUnknownCommand', () => {
  const commands = ['auth login', 'auth status', 'sync products', 'verify-handshake']

  it.each([
    [['auth', 'lgin'], 'meli auth login'],
    [['verify-handshak', 'whatever'], 'meli verify-handshake'],
    [['snyc', 'products'], 'meli sync products'],
  ])('finds for %j what was meant', (argv, meant) => {
    const described = describeUnknownCommand(oclifError('command x not found'), argv, commands)
    expect(described).toMatchObject({code: 'MELI_USAGE', exit_code: 2})
    expect(described?.suggestions[0]).toBe(`${meant}, if that was meant`)
  })

  it('looks for what was meant under the word that was right', () => {
    const all = [...commands, 'orders list', 'sync orders']
    const near = describeUnknownCommand(oclifError('command x not found'), ['orders', 'lst'], all)
    expect(near?.suggestions).toEqual(['meli orders list, if that was meant', 'meli orders --help lists what exists'])
    const far = describeUnknownCommand(oclifError('command x not found'), ['orders', 'delete'], all)
    expect(far?.suggestions).toEqual(['meli orders --help lists what exists'])
  })

  it('finds that a command that exists was given too much', () => {
    const described = describeUnknownCommand(oclifError('command x not found'), ['sync', 'products', 'now'], commands)
    expect(described).toMatchObject({
      code: 'MELI_USAGE',
      message: 'the command takes fewer arguments',
      suggestions: ['meli sync products --help'],
    })
  })

  it('guesses nothing for a word that resembles no command', () => {
    const described = describeUnknownCommand(oclifError('command x not found'), ['xyzzyxyzzy'], commands)
    expect(described?.suggestions).toEqual(['meli --help lists the commands'])
  })

  it('leaves other errors alone', () => {
    expect(describeUnknownCommand(new Error('other'), [], commands)).toBeUndefined()
  })
})

describe('printError', () => {
  it('colours where the stream is a terminal, and nowhere else', () => {
    const described = describeError(new MeliError('MELI_NO_ACCOUNT', 'no account', {try: ['meli auth login']}))
    const print = (isTTY: boolean) => {
      const stream = Object.assign(new PassThrough(), {isTTY})
      printError(described, {env: {}, stream})
      return String(stream.read())
    }
    expect(print(false)).toBe('Error: no account (MELI_NO_ACCOUNT)\n  Try: meli auth login\n')
    expect(print(true)).toContain('\u001b[31mError:\u001b[39m')
  })
})

describe('traceOf', () => {
  it('says where a bug happened, without what was bound to a query', () => {
    const trace = traceOf(new TypeError('Failed query: insert\nparams: hunter2'))
    expect(trace).toMatch(/^TypeError: Failed query: insert/)
    expect(trace).toContain('errors.test.ts')
    expect(trace).not.toContain('hunter2')
    expect(traceOf(new MeliError('MELI_NO_ACCOUNT', 'x'))).toBe('')
  })
})

describe('readStdin', () => {
  const newHome = tempHomes()
  const wanted = {what: 'the token', example: 'meli auth import < token.json'}

  it('reads all that is piped in', async () => {
    const input = new PassThrough()
    input.end('TG-1\n')
    expect(await readStdin(input, wanted)).toBe('TG-1\n')
  })

  it.each<[string, Uint8Array]>([
    ['UTF-16', Buffer.from('\ufeff{"a":"ñ"}', 'utf16le')],
    ['UTF-8 with its mark', Buffer.from('\ufeff{"a":"ñ"}')],
    ['Windows-1252', Buffer.from('{"a":"ñ"}', 'latin1')],
  ])('reads %s, piped or in a file', async (_, bytes) => {
    const input = new PassThrough()
    input.end(bytes)
    expect(await readStdin(input, wanted)).toBe('{"a":"ñ"}')
    const path = join(newHome(), '..', 'body.json')
    writeFileSync(path, bytes)
    expect(await readInput(path, new PassThrough(), wanted)).toBe('{"a":"ñ"}')
  })

  it('names a file of another format, and what to do with it', async () => {
    const refused = {code: 'MELI_INPUT_UNREADABLE', message: 'standard input is a gzip archive'}
    const input = new PassThrough()
    input.end(gzipSync('{}'))
    await expect(readStdin(input, wanted)).rejects.toMatchObject(refused)
    const path = join(newHome(), '..', 'body.xlsx')
    writeFileSync(path, Buffer.from('PK\u0003\u0004..........................[Content_Types].xml', 'latin1'))
    await expect(readInput(path, new PassThrough(), wanted)).rejects.toMatchObject({
      ...{code: 'MELI_INPUT_UNREADABLE', message: `${path} is an Excel workbook`},
      suggestions: ['save it as plain text in UTF-8 and give that'],
    })
  })

  it('does not wait for somebody to type a secret', async () => {
    const input = Object.assign(new PassThrough(), {isTTY: true})
    await expect(readStdin(input, wanted)).rejects.toMatchObject({
      code: 'MELI_INPUT_UNREADABLE',
      exitCode: 2,
      suggestions: ['meli auth import < token.json'],
    })
  })
})
