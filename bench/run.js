// Every claim of speed, measured in one run as ratios and counts. Prints a table, writes bench/results.md, leaves with 1
// when a goal is missed. `--large` adds a catalogue of a million items; `startup`, `sync`, `notifications`, `selling` or `exporting` measures that alone, writing nothing.
import {writeFileSync} from 'node:fs'
import {parseArgs} from 'node:util'
import {exporting} from './exporting.js'
import {notifications} from './notifications.js'
import {selling} from './selling.js'
import {startup} from './startup.js'
import {sync} from './sync.js'

const {values, positionals} = parseArgs({options: {large: {type: 'boolean', default: false}}, allowPositionals: true})

const parts = {
  startup,
  sync: () => sync({large: values.large}),
  notifications,
  selling,
  exporting,
}

const unknown = positionals.find((name) => !Object.hasOwn(parts, name))
if (unknown !== undefined) throw new Error(`there is no bench ${unknown}: ${Object.keys(parts).join(', ')}`)

const rows = []
for (const name of positionals.length > 0 ? positionals : Object.keys(parts)) rows.push(...(await parts[name]()))
const table = [
  '| what | goal | measured | |',
  '|---|---|---|---|',
  ...rows.map(({name, goal, measured, met}) => `| ${name} | ${goal} | ${measured} | ${met ? 'met' : 'missed'} |`),
].join('\n')
process.stdout.write(`${table}\n`)
const note = `Start-up of the installed tarball as ratios to \`node -e 0\` in the same run, medians of 25 pairs; syncs against the emulator in another process, each as
a count or a ratio to what the same run measured. Node ${process.version}, ${process.platform} ${process.arch}.`
if (positionals.length === 0) writeFileSync(new URL('results.md', import.meta.url), `# Bench\n\n${note}\n\n${table}\n`)
if (rows.some(({met}) => !met)) process.exitCode = 1
