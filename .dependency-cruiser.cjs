// The import table of docs/architecture.md, as rules. Types count as imports, except where a rule says otherwise.

const source = '^src/'
const only = (folder, allowed, comment) => ({
  name: `${folder.replace(/\W+/g, '-')}-imports`,
  comment,
  severity: 'error',
  from: {path: `${source}${folder}`},
  to: {path: source, pathNot: [`${source}${folder}`, ...allowed.map((path) => `${source}${path}`)]},
})
/** Besides what a folder may import outright, it may name these types, which leave nothing behind at run time. */
const onlyWithTypes = (folder, allowed, types, comment) => [
  only(folder, [...allowed, ...types], comment),
  {
    name: `${folder.replace(/\W+/g, '-')}-types-only`,
    comment: `${comment} (types only)`,
    severity: 'error',
    from: {path: `${source}${folder}`},
    to: {path: types.map((path) => `${source}${path}`).join('|'), dependencyTypesNot: ['type-only']},
  },
]
const alone = (name, library, allowed) => ({
  name: `${name}-alone`,
  comment: `${name} is used in ${allowed.join(', ')} only`,
  severity: 'error',
  from: {path: source, pathNot: allowed.map((path) => `${source}${path}`)},
  to: {path: library},
})

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: {circular: true, viaOnly: {dependencyTypesNot: ['type-only']}},
    },
    {name: 'no-unresolvable', severity: 'error', from: {}, to: {couldNotResolve: true}},
    only('errors\\.ts', [], 'errors.ts imports nothing'),
    only('version\\.ts', [], 'version.ts imports nothing'),
    only(
      'config\\.ts',
      ['errors\\.ts', 'setting-values\\.ts'],
      'config.ts imports errors and the judges of its values',
    ),
    only('loopback\\.ts', [], 'loopback.ts imports nothing'),
    only('redact\\.ts', [], 'redact.ts imports nothing'),
    only('figures\\.ts', [], 'figures.ts imports nothing'),
    only('minute\\.ts', [], 'minute.ts imports nothing'),
    only('moment\\.ts', ['config\\.ts'], 'moment.ts imports config'),
    only('change-lines\\.ts', ['figures\\.ts'], 'change-lines.ts imports figures'),
    only('item-statuses\\.ts', [], 'item-statuses.ts imports nothing'),
    only('order-statuses\\.ts', [], 'order-statuses.ts imports nothing'),
    only('setting-values\\.ts', ['errors\\.ts', 'loopback\\.ts'], 'setting-values.ts imports errors and loopback'),
    only('interrupts\\.ts', ['errors\\.ts'], 'interrupts.ts imports errors'),
    only(
      'services/',
      ['errors\\.ts', 'change-lines\\.ts', 'minute\\.ts', 'order-statuses\\.ts'],
      'services import errors, the words for changes and times, order statuses and their own ports',
    ),
    ...onlyWithTypes(
      'meli/',
      ['errors\\.ts', '(item|order)-statuses\\.ts', 'loopback\\.ts', 'redact\\.ts'],
      ['services/ports\\.ts'],
      'meli imports errors, statuses, loopback and redact, and types of the ports',
    ),
    ...onlyWithTypes(
      'store/',
      ['errors\\.ts'],
      ['services/ports\\.ts'],
      'store imports errors, and types of the ports',
    ),
    ...onlyWithTypes('server/', ['errors\\.ts'], ['services/'], 'server imports errors, and types of the services'),
    only('emulator/', [], 'the emulator is an independent witness'),
    ...onlyWithTypes(
      'ui/',
      ['errors\\.ts', 'redact\\.ts', 'figures\\.ts', 'change-lines\\.ts', 'minute\\.ts'],
      ['services/'],
      'ui imports errors, redact, figures and the words for changes and times, and result types of the services',
    ),
    ...onlyWithTypes('files/', ['errors\\.ts'], ['services/ports\\.ts'], 'files implements a port'),
    ...onlyWithTypes('shell\\.ts', [], ['services/ports\\.ts'], 'shell.ts implements a port'),
    ...onlyWithTypes('notification-forwarder\\.ts', [], ['services/ports\\.ts'], 'the forwarder implements a port'),
    only('child\\.ts', [], 'child.ts starts programs and no more'),
    only(
      'demo-stage\\.ts',
      ['child\\.ts', 'system-clock\\.ts', 'emulator/index\\.ts', 'services/demo/'],
      'the stage is where emulator and program meet',
    ),
    only(
      'flags\\.ts',
      ['config\\.ts', 'item-statuses\\.ts', 'loopback\\.ts', 'moment\\.ts'],
      'flags.ts imports config, item statuses, loopback and moment',
    ),
    ...onlyWithTypes(
      'base-command\\.ts',
      ['config\\.ts', 'serve-context\\.ts', 'flags\\.ts', 'interrupts\\.ts', 'ui/'],
      ['services/ports\\.ts'],
      'the base command knows nothing of Mercado Libre',
    ),
    ...onlyWithTypes(
      'list-command\\.ts',
      ['base-command\\.ts', 'flags\\.ts', 'ui/'],
      ['services/', 'serve-context\\.ts'],
      'a list is a command that reads the local database',
    ),
    ...onlyWithTypes(
      'write-command\\.ts',
      ['base-command\\.ts', 'config\\.ts', 'ui/'],
      ['services/'],
      'a command that writes says in whose name',
    ),
    ...onlyWithTypes(
      'change-command\\.ts',
      ['write-command\\.ts', 'flags\\.ts', 'ui/'],
      ['services/'],
      'a change is a command that writes to one item',
    ),
    ...onlyWithTypes(
      'show-command\\.ts',
      ['base-command\\.ts', 'flags\\.ts', 'ui/'],
      ['services/', 'serve-context\\.ts'],
      'a show is a command that reads one record of the local database',
    ),
    ...onlyWithTypes(
      'sync-command\\.ts',
      ['base-command\\.ts', 'flags\\.ts', 'ui/'],
      ['services/', 'serve-context\\.ts'],
      'a sync is a command that shows how far it is',
    ),
    ...onlyWithTypes(
      'commands/',
      [
        '(base|change|emulator|list|show|sync|write)-command\\.ts',
        '(flags|serve-settings)\\.ts',
        'errors\\.ts',
        'ui/',
        'config\\.ts',
        'emulator/index\\.ts',
      ],
      ['services/', '(serve-)?context\\.ts'],
      'a command parses, calls one service and renders',
    ),
    {
      name: 'nobody-imports-commands',
      severity: 'error',
      from: {path: source, pathNot: `${source}commands/`},
      to: {path: `${source}commands/`},
    },
    alone('got', '^node_modules/got/', ['meli/']),
    alone('oauth4webapi', '^node_modules/oauth4webapi/', ['meli/']),
    alone('drizzle', '^node_modules/drizzle-orm/', ['store/']),
    alone('better-sqlite3', '^node_modules/better-sqlite3/', ['store/']),
    alone('fastify', '^node_modules/@?fastify/', ['server/', 'emulator/']),
    alone('prom-client', '^node_modules/prom-client/', ['server/']),
    alone('chalk', '^node_modules/chalk/', ['ui/']),
    alone('inquirer', '^node_modules/inquirer/', ['ui/']),
    alone('csv-parse', '^node_modules/csv-parse/', ['files/']),
    alone('pino', '^node_modules/pino/', ['ui/']),
    alone('oclif', '^node_modules/@oclif/', [
      '(base|emulator|list|show|sync)-command\\.ts',
      'flags\\.ts',
      'run\\.ts',
      'commands/',
    ]),
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
