const {existsSync, lstatSync, mkdirSync} = require('node:fs')
const {homedir} = require('node:os')
const {isAbsolute, join} = require('node:path')

/**
 * The folder for compiled code, made where it is missing; undefined where there is none that only this user can write to.
 * Node's default is a folder with a known name in the shared temporary one.
 */
function cacheFolder(env = process.env) {
  try {
    const folder = pathOf(env)
    if (folder === undefined) return undefined
    mkdirSync(folder, {recursive: true, mode: 0o700})
    return isPrivate(lstatSync(folder)) ? folder : undefined
  } catch {
    // The program works without; it only starts slower.
    return undefined
  }
}

function pathOf(env) {
  // Everything is kept below MELI_HOME where that is set. A command that has not made it yet is not the one to do so.
  if (env.MELI_HOME) return existsSync(env.MELI_HOME) ? join(env.MELI_HOME, 'cache', 'node') : undefined
  const folder = cacheHome(env)
  // Without a home folder it would be wherever the program was started.
  return isAbsolute(folder) ? join(folder, 'node') : undefined
}

/** As env-paths has it, which is not worth loading for this. */
function cacheHome(env) {
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'meli')
  if (process.platform === 'win32')
    return join(env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'meli', 'Cache')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'meli')
  return join(homedir(), '.cache', 'meli')
}

function isPrivate(found) {
  if (!found.isDirectory()) return false
  // Windows has no modes; the folder inherits the rights of the user's own.
  if (process.platform === 'win32') return true
  return found.uid === process.getuid() && (found.mode & 0o022) === 0
}

module.exports = {cacheFolder}
