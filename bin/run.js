#!/usr/bin/env -S node --
// The two dashes: without them Node 20 takes --env-file for its own, wherever it stands, and runs what NODE_OPTIONS in it says.
import {fstatSync, writeSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {load} from './load.js'

// A reader that goes away (head, less) is not an error, and no reason to cut short what is under way: what is written from
// here on is lost, and the program ends as it would have. A disk that is full under a redirected stdout is an error.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') notWritten(error)
})
process.stderr.on('error', () => {})

// Into a file, Node writes what fits on a disk that is getting full, and leaves the rest out without a word.
if (!process.stdout.isTTY && isFile(1)) {
  process.stdout._write = (chunk, _encoding, done) => {
    try {
      for (let at = 0; at < chunk.length; ) at += writeSync(1, chunk, at)
      done()
    } catch (error) {
      notWritten(error)
      // For all others nobody reads any more: the framework throws whatever else it hears of.
      done(Object.assign(new Error('the disk is full'), {code: 'EPIPE'}))
    }
  }
}

function notWritten({code}) {
  if (process.exitCode !== 3) process.stderr.write(`Error: the result could not be written (${code})\n`)
  process.exitCode = 3
}

function isFile(fd) {
  try {
    const found = fstatSync(fd)
    return found.isFile() || found.isCharacterDevice()
  } catch {
    // Closed.
    return false
  }
}

const {main} = load(fileURLToPath(new URL('../dist/cli.cjs', import.meta.url))).exports
await main(process.argv.slice(2))
