import {readdirSync, readFileSync} from 'node:fs'
import {join, resolve} from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

/** A fenced block. `setup` is what a comment of the form `<!-- test: COMMAND -->` above it asks for. */
export interface Block {
  language: string
  /** `no-test`, or nothing. */
  mark: string
  text: string
  line: number
  comment: string
  setup: string | undefined
}

export function readDoc(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** Every page that people read, from the repository's root. */
export function allPages(): string[] {
  const tops = readdirSync(root).filter((name) => name.endsWith('.md'))
  const docs = readdirSync(join(root, 'docs'), {recursive: true, encoding: 'utf8'}).map((name) => join('docs', name))
  return [...tops, ...docs.filter((name) => name.endsWith('.md')), 'src/emulator/README.md']
}

export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/(?:<!--((?:(?!-->).)*)-->\n+)?^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map((match) => {
    const [, comment = '', language = '', mark = '', text = ''] = match
    const line = markdown.slice(0, match.index).split('\n').length
    return {language, mark, text, line, comment: comment.trim(), setup: /^test: (.*)$/s.exec(comment.trim())?.[1]}
  })
}

/** The rows of the table under a heading, as cells without their white space. */
export function tableUnder(markdown: string, heading: string): string[][] {
  const section = markdown.split(`\n${heading}\n`)[1]?.split(/\n#{1,6} /)[0] ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

/** What GitHub makes of a heading. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}
