import {expect, it} from '@jest/globals'
import {runCli} from '../support/cli.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()

it('shows the summary once, then the examples, then everything else', async () => {
  const {status, stdout, stderr} = await runCli(['orders', 'list', '--help'], {home: newHome()})
  expect({status, stderr}).toEqual({status: 0, stderr: ''})
  const headings = stdout.match(/^[A-Z ]+$/gm)
  expect(headings).toEqual(['EXAMPLES', 'DESCRIPTION', 'USAGE', 'FLAGS', 'GLOBAL FLAGS'])
  expect(stdout.split('List local orders, newest first.')).toHaveLength(2)
  expect(stdout).toContain('$ meli orders list --status paid --since 2d')
  expect(stdout).toContain('$ meli orders list [flags]')
})

it('names the arguments of a command in its usage', async () => {
  const {stdout} = await runCli(['help', 'stock', 'set'], {home: newHome()})
  expect(stdout).toContain('$ meli stock set ITEM QUANTITY [flags]')
})
