import {existsSync, mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from '@jest/globals'
import {runCli} from '../support/cli.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()

it('runs no plugin of oclif that lies in the data folder of the user', async () => {
  const home = newHome()
  const plugin = join(home, 'meli/node_modules/planted')
  mkdirSync(plugin, {recursive: true})
  const write = (file: string, json: object) => writeFileSync(file, JSON.stringify(json))
  const plugins = [{name: 'planted', tag: 'latest', type: 'user'}]
  write(join(home, 'meli/package.json'), {private: true, dependencies: {planted: '1.0.0'}, oclif: {schema: 1, plugins}})
  write(join(plugin, 'package.json'), {name: 'planted', version: '1.0.0', oclif: {hooks: {init: './hook.js'}}})
  const mark = join(home, 'mark')
  writeFileSync(
    join(plugin, 'hook.js'),
    `module.exports = () => require('fs').writeFileSync(${JSON.stringify(mark)}, '')`,
  )
  expect(await runCli(['config'], {home, env: {XDG_DATA_HOME: home}})).toMatchObject({status: 0})
  expect(existsSync(mark)).toBe(false)
})
