// The import table of docs/architecture.md, as rules: one row for each folder. Types count as imports, except where a row says
// otherwise.

const source = '^src/'
const emulator = 'emulator/index\\.ts'

/** Besides what a folder may import outright, it may name the types of others, which leave nothing behind at run time. */
const row = (folder, allowed, types = []) => [
  {
    name: `${folder}-imports`,
    severity: 'error',
    from: {path: `${source}${folder}/`},
    to: {path: source, pathNot: [folder, ...allowed, ...types].map(inSource)},
  },
  ...(types.length === 0 ? [] : [typesOnly(folder, types)]),
]
const typesOnly = (folder, types) => ({
  name: `${folder}-types-only`,
  severity: 'error',
  from: {path: `${source}${folder}/`},
  to: {path: types.map(inSource).join('|'), dependencyTypesNot: ['type-only']},
})
const inSource = (path) => source + (path.includes('.') ? path : `${path}/`)
const alone = (name, library, allowed) => ({
  name: `${name}-alone`,
  comment: `${name} is used in ${allowed.join(', ')} only`,
  severity: 'error',
  from: {path: source, pathNot: allowed.map(inSource)},
  to: {path: library},
})

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: {circular: true},
    },
    {name: 'no-unresolvable', severity: 'error', from: {}, to: {couldNotResolve: true}},
    ...row('core', []),
    ...row('config', ['core']),
    ...row('records', ['core']),
    ...row('services', ['core', 'records']),
    ...row('meli', ['core', 'records'], ['services/ports']),
    ...row('store', ['core', 'records'], ['services/ports']),
    ...row('files', ['core'], ['services/ports']),
    ...row('server', ['core', 'config', 'records'], ['services']),
    ...row('ui', ['core', 'records'], ['services']),
    ...row('emulator', []),
    ...row('app', ['core', 'config', 'records', 'services', 'meli', 'store', 'files', 'server', 'ui', 'cli', emulator]),
    ...row('cli', ['core', 'config', 'records', 'ui', 'app', emulator], ['services']),
    ...row('commands', ['core', 'config', 'records', 'ui', 'cli', emulator], ['services', 'app']),
    {
      name: 'nobody-imports-commands',
      severity: 'error',
      from: {path: source, pathNot: `${source}commands/`},
      to: {path: `${source}commands/`},
    },
    alone('got', '^node_modules/got/', ['meli']),
    alone('oauth4webapi', '^node_modules/oauth4webapi/', ['meli']),
    alone('drizzle', '^node_modules/drizzle-orm/', ['store']),
    alone('better-sqlite3', '^node_modules/better-sqlite3/', ['store']),
    alone('fastify', '^node_modules/@?fastify/', ['server', 'emulator']),
    alone('prom-client', '^node_modules/prom-client/', ['server']),
    alone('chalk', '^node_modules/chalk/', ['ui']),
    alone('inquirer', '^node_modules/inquirer/', ['ui']),
    alone('csv-parse', '^node_modules/csv-parse/', ['files']),
    alone('pino', '^node_modules/pino/', ['ui']),
    alone('oclif', '^node_modules/@oclif/', ['cli', 'commands']),
    alone('completion', '^node_modules/@bomb\\.sh/tab/', ['cli']),
    {
      name: 'services-touch-no-network',
      severity: 'error',
      from: {path: `${source}services/`},
      to: {path: '^(node:)?(http|https|net|tls|dgram|child_process|fs|fs/promises)$'},
    },
  ],
  options: {
    doNotFollow: {path: 'node_modules'},
    tsConfig: {fileName: 'tsconfig.json'},
    tsPreCompilationDeps: true,
    moduleSystems: ['es6'],
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
}
