// Writes docs/commands.md from the manifest, the import tables of docs/architecture.md from the rules that enforce them, and
// the emulator's table of settings from the emulator. With --check it only compares.
import {readFileSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {listSettings} from '../dist/emulator.cjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file) => readFileSync(join(root, file), 'utf8')

function main([mode]) {
  const manifest = JSON.parse(read('oclif.manifest.json'))
  const {oclif} = JSON.parse(read('package.json'))
  const {forbidden} = createRequire(import.meta.url)('../.dependency-cruiser.cjs')
  const documents = {
    'docs/commands.md': reference(manifest, oclif),
    'docs/architecture.md': withTable(read('docs/architecture.md'), 'imports', importTables(forbidden)),
    'src/emulator/README.md': withTable(read('src/emulator/README.md'), 'settings', settingsTable()),
  }
  for (const [file, text] of Object.entries(documents)) {
    if (mode !== '--check') writeFileSync(join(root, file), text)
    else if (read(file) !== text) complain(file)
  }
}

function complain(file) {
  process.stderr.write(`${file} is not what the sources say; write it anew with: npm run docs\n`)
  process.exitCode = 1
}

function withTable(text, name, table) {
  const marked = new RegExp(`(<!-- ${name}: begin -->\\n).*(<!-- ${name}: end -->)`, 's')
  return text.replace(marked, (_, begin, end) => begin + table + end)
}

/** What both profiles share is written once. */
function settingsTable() {
  const value = (it) => `\`${Array.isArray(it) ? JSON.stringify(it) : it}\``
  const rows = listSettings().map(({name, values, observed, documented}) => {
    const differs = JSON.stringify(observed) !== JSON.stringify(documented)
    return `| \`${name}\` | ${values} | ${value(observed)} | ${differs ? value(documented) : ''} |`
  })
  return ['| setting | values | observed | documented, where it differs |', '|---|---|---|---|', ...rows, ''].join('\n')
}

function importTables(rules) {
  const typesOnly = new Map(
    rules
      .filter(({name}) => name.endsWith('-types-only'))
      .map(({from, to}) => [from.path, to.path.split(/\|(?![^(]*\))/).flatMap(plainPaths)]),
  )
  const folders = rules
    .filter(({name}) => name.endsWith('-imports'))
    .map(({from, to}) => {
      const types = typesOnly.get(from.path) ?? []
      const outright = to.pathNot.slice(1).flatMap(plainPaths)
      return [plainPaths(from.path), outright.filter((path) => !types.includes(path)), types]
    })
  const libraries = rules
    .filter(({name}) => name.endsWith('-alone'))
    .map(({name, from}) => [[name.replace(/-alone$/, '')], from.pathNot.flatMap(plainPaths)])
  return [table(['part', 'may import', 'and types of'], folders), table(['library', 'used in'], libraries), ''].join(
    '\n',
  )
}

/** `^src/errors\\.ts` is `errors.ts`; what stands in brackets is several. */
function plainPaths(pattern) {
  const plain = pattern.replace(/^\^src\//, '').replaceAll('\\', '')
  const [, before, choices, after] = /^(.*)\((.*)\)(.*)$/.exec(plain) ?? []
  return choices === undefined ? [plain] : choices.split('|').map((choice) => before + choice + after)
}

function table(head, rows) {
  const cell = (names) => names.map((name) => `\`${name}\``).join(', ') || '-'
  return [
    `| ${head.join(' | ')} |`,
    `|${'---|'.repeat(head.length)}`,
    ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
    '',
  ].join('\n')
}

function reference({commands}, {topics}) {
  const all = Object.values(commands)
    .map((command) => ({...command, name: `meli ${command.id.replaceAll(':', ' ')}`}))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const everywhere = Object.values(all[0].flags).filter((flag) => flag.helpGroup === 'GLOBAL')
  const parts = [
    '# Commands',
    '<!-- Written by npm run docs out of the commands themselves. Do not edit. -->',
    'Every command prints this help with `--help`. [settings.md](settings.md) lists the variables and the exit statuses, [errors.md](errors.md) the error codes.',
    all.map(({name, summary}) => `- [\`${name}\`](#${anchor(name)}): ${summary}`).join('\n'),
    '## Topics',
    Object.entries(topics)
      .map(([topic, {description}]) => `- \`meli ${topic}\`: ${description}`)
      .join('\n'),
    '## Flags of every command',
    flagList(everywhere),
    ...all.flatMap(section),
  ]
  return `${parts.map(wrapped).join('\n\n')}\n`
}

function section(command) {
  const {name, summary, description, examples = []} = command
  const own = Object.values(command.flags).filter((flag) => flag.helpGroup !== 'GLOBAL' && !flag.hidden)
  const args = Object.values(command.args)
  return [
    `## ${name}`,
    summary,
    ...(description === undefined ? [] : filled(description, command).split('\n\n')),
    block(usage(command, own, args)),
    ...(args.length === 0 ? [] : [args.map((arg) => `- \`${arg.name.toUpperCase()}\`: ${arg.description}`).join('\n')]),
    ...(own.length === 0 ? [] : [flagList(own)]),
    ...(command.enableJsonFlag === false ? ['This command has no `--json`.'] : []),
    'Examples:',
    block(examples.map((example) => filled(example, command).replace(/^\$ /, '')).join('\n')),
  ]
}

function usage({name, usage: own}, flags, args) {
  if (own !== undefined) return `meli ${own}`
  const names = args.map((arg) => (arg.required ? arg.name.toUpperCase() : `[${arg.name.toUpperCase()}]`))
  return [name, ...names, ...(flags.length === 0 ? [] : ['[flags]'])].join(' ')
}

function flagList(flags) {
  return [...flags]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((flag) => `- \`${spelled(flag)}\`: ${[flag.summary ?? flag.description, ...remarks(flag)].join(' ')}`)
    .join('\n')
}

function spelled({name, type, allowNo, helpValue, options}) {
  if (type === 'boolean') return allowNo ? `--[no-]${name}` : `--${name}`
  return `--${name} ${helpValue ?? options?.join('|') ?? 'VALUE'}`
}

function remarks({default: preset, exclusive, multiple, required, type}) {
  const plain = ['string', 'number'].includes(typeof preset) && preset !== 0
  return [
    ...(required ? ['Required.'] : []),
    ...(multiple ? ['May be given more than once.'] : []),
    ...(plain && type !== 'boolean' ? [`Default: \`${preset}\`.`] : []),
    ...(exclusive?.length > 0 ? [`Not with ${exclusive.map((other) => `\`--${other}\``).join(', ')}.`] : []),
  ]
}

function block(text) {
  return `\`\`\`text\n${text}\n\`\`\``
}

/** What oclif fills in when it prints help. */
function filled(text, {id}) {
  return text.replaceAll('<%= config.bin %>', 'meli').replaceAll('<%= command.id %>', id.replaceAll(':', ' '))
}

function anchor(name) {
  return name.replaceAll(' ', '-')
}

/** Prose and lists at 100 columns; what is indented or fenced stays as it is. */
function wrapped(part) {
  if (/^(```|<!--|#)/.test(part)) return part
  return part.split('\n').map(wrappedLine).join('\n')
}

function wrappedLine(line) {
  if (line.startsWith(' ')) return `  ${line}`
  const hanging = line.startsWith('- ') ? '  ' : ''
  const lines = ['']
  for (const word of line.split(' ')) {
    const last = lines.at(-1)
    if (last.trim() !== '' && last.length + 1 + word.length > 100) lines.push(hanging + word)
    else lines[lines.length - 1] = last === '' || last === hanging ? last + word : `${last} ${word}`
  }
  return lines.join('\n')
}

main(process.argv.slice(2))
