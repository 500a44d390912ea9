import {execFile} from 'node:child_process'
import {cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {afterAll, describe, expect, it} from '@jest/globals'

const ops = join(import.meta.dirname, '../../ops')
const scratch = mkdtempSync(join(tmpdir(), 'meli-ops-'))
afterAll(() => rmSync(scratch, {recursive: true, force: true}))

const promtool = (...args: string[]) => promisify(execFile)(process.env.PROMTOOL ?? 'promtool', args, {cwd: scratch})

/** The groups of the file, without this rule. */
function without(rules: string, alert: string): string {
  const [head = '', ...each] = rules.split(/(?=^ {6}- alert: )/m)
  return head + each.filter((rule) => !rule.startsWith(`      - alert: ${alert}\n`)).join('')
}

describe('the alerts', () => {
  const rules = readFileSync(join(ops, 'alerts.yml'), 'utf8')
  const names = [...rules.matchAll(/^ {6}- alert: (\w+)$/gm)].map(([, name = '']) => name)
  cpSync(ops, scratch, {recursive: true})

  it('are rules that Prometheus takes', async () => {
    const {stdout} = await promtool('check', 'rules', 'alerts.yml')
    expect(stdout).toContain(`SUCCESS: ${names.length} rules found`)
  })

  it('tell what the recorded series call for, and no more', async () => {
    const {stdout} = await promtool('test', 'rules', 'alerts.test.yml')
    expect(stdout).toContain('SUCCESS')
  })

  it.each(names)('are tested: without %s the recorded series are not answered for', async (name) => {
    writeFileSync(join(scratch, `${name}.yml`), without(rules, name))
    const tests = readFileSync(join(ops, 'alerts.test.yml'), 'utf8')
    writeFileSync(join(scratch, `${name}.test.yml`), tests.replace('[alerts.yml]', `[${name}.yml]`))
    await expect(promtool('test', 'rules', `${name}.test.yml`)).rejects.toMatchObject({code: 1})
  })

  it('say what to do', () => {
    const told = rules.split(/^ {6}- alert: /m).slice(1)
    expect(told.filter((rule) => !/summary: [\s\S]+action: >-\n {12}\w/.test(rule))).toEqual([])
  })
})
