import {spawnSync} from 'node:child_process'

/** Milliseconds of one run; a run that fails is no measurement. */
function timeOnce(args, {node, env}) {
  const startedAt = process.hrtime.bigint()
  const {status, stderr} = spawnSync(node, args, {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  })
  const ms = Number(process.hrtime.bigint() - startedAt) / 1e6
  if (status !== 0) throw new Error(`${args.join(' ')} left with ${status}: ${stderr}`)
  return ms
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

/**
 * Runs `node -e 0` and the program in turn, in the same environment, and compares them pair by pair: what the machine
 * does meanwhile hits both.
 */
export function ratioToNode(args, where, pairs = 25) {
  const ratios = []
  const times = []
  for (let i = -2; i < pairs; i++) {
    const floor = timeOnce(['-e', '0'], where)
    const ms = timeOnce(args, where)
    // The first two warm the file cache.
    if (i < 0) continue
    ratios.push(ms / floor)
    times.push(ms)
  }
  return {ratio: median(ratios), ms: median(times)}
}
