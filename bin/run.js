#!/usr/bin/env node
import {readFileSync} from 'node:fs'

const argv = process.argv.slice(2)

if (argv.length === 1 && ['--version', '-v', 'version'].includes(argv[0])) {
  // Answered before anything is loaded: scripts ask this a lot.
  const {name, version} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`)
} else {
  const {start} = await import('./start.js')
  await start(argv)
}
