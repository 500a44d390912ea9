import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {dirname} from 'node:path'
import vm from 'node:vm'

/**
 * Loads the bundled program with V8's code cache, which halves the start of a command. A cache of another Node version is
 * ignored by V8 itself, and a missing one only costs time. docs/adr/0008-start-up.md has the figures.
 */
export function load(file) {
  const source = readFileSync(file, 'latin1')
  const script = new vm.Script(`(function (exports, require, module, __filename, __dirname, __import) {${source}\n})`, {
    filename: file,
    cachedData: readCache(`${file}.cache`),
  })
  const module = {exports: {}}
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file), importPackage)
  return {script, exports: module.exports}
}

/** A script that came out of a cache cannot import by itself. Packages are found from here as from the bundle. */
function importPackage(name) {
  return import(name)
}

function readCache(file) {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}
