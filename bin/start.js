// Missing in Node 20.
const {enableCompileCache} = require('node:module')
const {cacheFolder} = require('./cache-folder.js')
const {guardOutput} = require('./output.js')
const {unsupportedRuntime} = require('./runtime.js')

/** Checks what the program runs on, then loads it and runs one command line. */
async function start(argv) {
  guardOutput()
  const problem = unsupportedRuntime(process.versions.node, () => require('better-sqlite3/package.json').version)
  if (problem !== undefined) return refuse(problem, argv.includes('--json'))
  keepCompiledCode()
  await require('../dist/cli.cjs').main(argv)
}

/** Where Node can (22 and newer), in a folder that is the user's alone: what lies there is run. */
function keepCompiledCode() {
  if (enableCompileCache === undefined || process.env.NODE_DISABLE_COMPILE_CACHE) return
  const folder = cacheFolder()
  if (folder !== undefined) enableCompileCache(folder)
}

function refuse({message, suggestion}, asJson) {
  process.exitCode = 3
  const error = {code: 'MELI_INSTALL_BROKEN', message, exit_code: 3, retryable: false, suggestions: [suggestion]}
  if (asJson) process.stdout.write(`${JSON.stringify({error}, null, 2)}\n`)
  else process.stderr.write(`Error: ${message}\n\n  Try: ${suggestion}\n`)
}

module.exports = {start}
