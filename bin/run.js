#!/usr/bin/env node
// A reader that goes away (head, less) is the end of the work, not an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(process.exitCode ?? 0)
  })
}

const {main} = await import('../dist/cli.js')
await main(process.argv.slice(2))
