#!/usr/bin/env -S node --
// The two dashes: without them Node 20 takes --env-file for its own, wherever it stands, and runs what NODE_OPTIONS in it says.
import {fileURLToPath} from 'node:url'
import {load} from './load.js'

// A reader that goes away (head, less) is not an error, and no reason to cut short what is under way: what is written from
// here on is lost, and the program ends as it would have. A disk that is full under a redirected stdout is an error.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') return
  process.stderr.write(`Error: the result could not be written (${error.code})\n`)
  process.exitCode = 3
})
process.stderr.on('error', () => {})

const {main} = load(fileURLToPath(new URL('../dist/cli.cjs', import.meta.url))).exports
await main(process.argv.slice(2))
