const {fstatSync, writeSync} = require('node:fs')

/** Makes standard output end well: quietly when its reader goes away, with an error when the disk is full. */
function guardOutput() {
  // A reader that goes away (head, less) is no reason to cut short what is under way: what is written from here on is lost,
  // and the program ends as it would have.
  process.stdout.on('error', (error) => {
    if (error.code !== 'EPIPE') reportUnwritten(error)
  })
  process.stderr.on('error', () => {})

  // Into a file, Node writes what fits on a disk that is getting full, and leaves the rest out without a word.
  if (process.stdout.isTTY || !isFile(1)) return
  process.stdout._write = (chunk, _encoding, done) => {
    try {
      for (let at = 0; at < chunk.length; ) at += writeSync(1, chunk, at)
      done()
    } catch (error) {
      reportUnwritten(error)
      // The framework throws every error of the stream but this one.
      done(Object.assign(new Error('the disk is full'), {code: 'EPIPE'}))
    }
  }
}

function reportUnwritten({code}) {
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

module.exports = {guardOutput}
