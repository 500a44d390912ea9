import {stripVTControlCharacters} from 'node:util'
import {Chalk} from 'chalk'

/** Colours and signs for one stream. Each method returns its text unchanged when the stream has no colour. */
export interface Style {
  ok(text: string): string
  fail(text: string): string
  warn(text: string): string
  dim(text: string): string
  bold(text: string): string
  link(text: string): string
  /** One column wide each, coloured: passed, failed, warning, skipped. */
  readonly symbols: {readonly ok: string; readonly fail: string; readonly warn: string; readonly skip: string}
}

export interface StyleOptions {
  /** Of the stream that is written to: stdout and stderr differ when one is piped. */
  isTTY: boolean
  env: Readonly<Record<string, string | undefined>>
  platform?: NodeJS.Platform
}

export function createStyle({isTTY, env, platform = process.platform}: StyleOptions): Style {
  const chalk = new Chalk({level: hasColour(isTTY, env) ? 1 : 0})
  const sign = hasUnicode(env, platform)
    ? {ok: '✓', fail: '✗', warn: '!', skip: '–'}
    : {ok: '+', fail: 'x', warn: '!', skip: '-'}
  return {
    ok: (text) => chalk.green(text),
    fail: (text) => chalk.red(text),
    warn: (text) => chalk.yellow(text),
    dim: (text) => chalk.dim(text),
    bold: (text) => chalk.bold(text),
    link: (text) => chalk.cyan.underline(text),
    symbols: {
      ok: chalk.green(sign.ok),
      fail: chalk.red(sign.fail),
      warn: chalk.yellow(sign.warn),
      skip: chalk.dim(sign.skip),
    },
  }
}

const nothing: readonly (string | undefined)[] = [undefined, '']

function hasColour(isTTY: boolean, env: StyleOptions['env']): boolean {
  if (!nothing.includes(env.FORCE_COLOR)) return !['0', 'false'].includes(env.FORCE_COLOR ?? '')
  if (!nothing.includes(env.NO_COLOR)) return false
  return isTTY && env.TERM !== 'dumb'
}

function hasUnicode(env: StyleOptions['env'], platform: NodeJS.Platform): boolean {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => !nothing.includes(value))
  if (locale !== undefined) return /utf-?8/i.test(locale)
  if (platform === 'win32') return !nothing.includes(env.WT_SESSION) || env.TERM_PROGRAM === 'vscode'
  return platform === 'darwin'
}

// C0 and C1 but for tab and line feed, and the marks that turn the direction of the text around them.
const unprintable = /[^\P{Cc}\t\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** Text from outside (nicknames, titles, messages of the service) made harmless for a terminal. Keeps tabs and line feeds. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(unprintable, '')
}
