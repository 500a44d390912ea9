#!/usr/bin/env node
import {fileURLToPath} from 'node:url'
import {load} from './load.js'

// A reader that goes away (head, less) is the end of the work, not an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(process.exitCode ?? 0)
  })
}

const {main} = load(fileURLToPath(new URL('../dist/cli.cjs', import.meta.url))).exports
await main(process.argv.slice(2))
