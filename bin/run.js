#!/usr/bin/env node
// CommonJS (bin/package.json): the loader of ES modules alone costs a fifth of what Node takes to start.
const argv = process.argv.slice(2)

if (argv.length === 1 && ['--version', '-v', 'version'].includes(argv[0])) {
  // Answered before anything is loaded: scripts ask this a lot.
  const {name, version} = require('../package.json')
  process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`)
} else {
  require('./start.js').start(argv)
}
