// Every claim of speed, measured in one run as ratios. Prints a table, writes bench/results.md, leaves with 1 when a goal is missed.
import {writeFileSync} from 'node:fs'
import {startup} from './startup.js'
import {openWorld} from './world.js'

const world = await openWorld()
try {
  const rows = startup(world)
  const table = [
    '| what | goal | measured | |',
    '|---|---|---|---|',
    ...rows.map(({name, goal, measured, met}) => `| ${name} | ${goal} | ${measured} | ${met ? 'met' : 'missed'} |`),
  ].join('\n')
  process.stdout.write(`${table}\n`)
  const note = `Ratios to \`node -e 0\` in the same run, medians of 25 pairs, Node ${process.version}, ${process.platform} ${process.arch}.`
  writeFileSync(new URL('results.md', import.meta.url), `# Bench\n\n${note}\n\n${table}\n`)
  if (rows.some(({met}) => !met)) process.exitCode = 1
} finally {
  await world.close()
}
