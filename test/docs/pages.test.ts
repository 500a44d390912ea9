import {execFile} from 'node:child_process'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {promisify} from 'node:util'
import {describe, expect, it} from '@jest/globals'
import {catalogue, exitCodes} from '../../src/core/errors.js'
import {ensureBuilt} from '../support/build-once.js'
import {allPages, anchorOf, readDoc, root} from './markdown.js'

describe('links between the pages', () => {
  it.each(allPages())('lead somewhere from %s', (page) => {
    const text = readDoc(page).replace(/^```.*?^```$/gms, '')
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
    const broken = targets.filter((target) => !/^[a-z]+:/.test(target) && !leadsSomewhere(page, target))
    expect(broken).toEqual([])
  })
})

function leadsSomewhere(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? page : join(dirname(page), path)
  if (!existsSync(join(root, file))) return false
  return anchor === undefined || headings(readDoc(file)).map(anchorOf).includes(anchor)
}

function headings(markdown: string): string[] {
  return [...markdown.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => heading.replaceAll('`', ''))
}

describe('the sources that a page names', () => {
  const folders = readdirSync(join(root, 'src'), {withFileTypes: true}).filter((entry) => entry.isDirectory())
  const named = new RegExp(`\`((?:src/)?(?:${folders.map(({name}) => name).join('|')})/[\\w./-]*)\``, 'g')

  it.each(allPages())('are there: %s', (page) => {
    const paths = [...readDoc(page).matchAll(named)].map(([, path = '']) => path.replace(/^(?!src\/)/, 'src/'))
    const missing = paths.filter((path) => !existsSync(join(root, path)) && !existsSync(join(root, `${path}.ts`)))
    expect(missing).toEqual([])
  })
})

describe('what comments cite', () => {
  const sources = ['src', 'test', 'scripts', 'bin', 'bench'].flatMap((folder) =>
    readdirSync(join(root, folder), {recursive: true, encoding: 'utf8'})
      .map((name) => join(folder, name))
      .filter((name) => /\.(ts|js|md)$/.test(name)),
  )
  const texts = sources.map((file) => ({
    file,
    text: readFileSync(join(root, file), 'utf8').replace(/\n *(\/\/|\*) /g, ' '),
  }))

  it('is a section of docs/mercadolibre.md', () => {
    const sections = new Set(
      headings(readDoc('docs/mercadolibre.md')).flatMap((h) => /^\d+(\.\d+)?/.exec(h)?.[0] ?? []),
    )
    const cited = texts.flatMap(({file, text}) =>
      [...text.matchAll(/docs\/mercadolibre\.md`?, sections? ((?:\d+(?:\.\d+)?(?:, | and )?)+)/g)].flatMap(
        ([, list = '']) => [...list.matchAll(/\d+(\.\d+)?/g)].map(([section]) => ({file, section})),
      ),
    )
    expect(cited.length).toBeGreaterThan(50)
    expect(cited.filter(({section}) => !sections.has(section))).toEqual([])
  })

  it('is a page that exists', () => {
    const cited = texts.flatMap(({file, text}) =>
      [...text.matchAll(/\bdocs\/[\w/.-]+\.md\b/g)].map(([page]) => ({file, page})),
    )
    expect(cited.filter(({page}) => !existsSync(join(root, page)))).toEqual([])
  })
})

describe('docs/errors.md', () => {
  const documented = [...readDoc('docs/errors.md').matchAll(/^(##|###) (.+)\n+([^#]*)/gm)]
  const entries = new Map<string, {status: number; text: string}>()
  let status = Number.NaN
  for (const [, level, heading = '', text = ''] of documented) {
    if (level === '##') status = Number.parseInt(heading, 10)
    else entries.set(heading, {status, text: text.replace(/\s+/g, ' ').trim()})
  }

  it('explains each code, and no other', () => {
    expect([...entries.keys()].sort()).toEqual(Object.keys(catalogue).sort())
  })

  it.each(Object.entries(catalogue))('says of %s what the catalogue says', (code, entry) => {
    const documentedEntry = entries.get(code)
    expect(documentedEntry?.status).toBe(exitCodes[entry.family])
    expect(documentedEntry?.text.startsWith(`${entry.meaning}. `)).toBe(true)
    expect(/^Retryable\./.test(documentedEntry?.text.slice(entry.meaning.length + 2) ?? '')).toBe('retryable' in entry)
  })
})

describe('what is generated', () => {
  it('is as npm run docs would write it', async () => {
    await ensureBuilt()
    const check = promisify(execFile)(process.execPath, [join(root, 'scripts/docs.js'), '--check'])
    await expect(check).resolves.toMatchObject({stderr: ''})
  })

  it('tells of each command, with two examples or more', () => {
    const manifest = JSON.parse(readDoc('oclif.manifest.json')) as {
      commands: Record<string, {summary?: string; examples?: string[]}>
    }
    const page = readDoc('docs/commands.md')
    for (const [id, {summary, examples = []}] of Object.entries(manifest.commands)) {
      expect([id, summary !== undefined, examples.length >= 2]).toEqual([id, true, true])
      expect(page).toContain(`\n## meli ${id.replaceAll(':', ' ')}\n`)
    }
  })

  it('has the shared flags of each command, those of a class between too', () => {
    const {commands} = JSON.parse(readDoc('oclif.manifest.json')) as {commands: Record<string, {flags: object}>}
    const without = (flag: string) => Object.keys(commands).filter((id) => !(flag in (commands[id]?.flags ?? {})))
    expect(['account', 'debug', 'log-level', 'settings'].flatMap(without)).toEqual([])
    expect(without('json')).toEqual(['complete', 'completion', 'emulator:exec'])
  })
})
