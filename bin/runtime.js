const oldest = {major: 20, minor: 19}

/**
 * Says what is wrong with this Node for this install; undefined when nothing is. Asked before anything native is loaded:
 * better-sqlite3 13 ends Node 20 with a segmentation fault.
 * @param sqliteVersion the installed version of better-sqlite3; throws when there is none
 */
function unsupportedRuntime(nodeVersion, sqliteVersion) {
  const [major, minor] = nodeVersion.split('.').map(Number)
  if (major < oldest.major || (major === oldest.major && minor < oldest.minor)) {
    return {
      message: `meli needs Node ${oldest.major}.${oldest.minor} or newer, and this is ${nodeVersion}`,
      suggestion: 'install Node 24 and run it again',
    }
  }
  if (major >= 22) return undefined
  let sqlite
  try {
    sqlite = sqliteVersion()
  } catch {
    // A command that needs the database says that it is missing.
    return undefined
  }
  if (Number(sqlite.split('.')[0]) < 13) return undefined
  return {
    message: `better-sqlite3 ${sqlite} does not run on Node ${nodeVersion}`,
    suggestion: 'use Node 22 or newer, or keep this Node and run: npm install better-sqlite3@12',
  }
}

module.exports = {unsupportedRuntime}
