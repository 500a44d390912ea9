import {constants} from 'node:os'
import spawn from 'cross-spawn'

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs a program in our place: it has our standard streams and gets our signals.
 * @returns its exit status, 128 and the signal's number when a signal ended it
 * @throws the system's error when it cannot be started
 */
export function runInstead(
  program: string,
  args: readonly string[],
  env: Record<string, string | undefined>,
): Promise<number> {
  const child = spawn(program, args, {env, stdio: 'inherit'})
  const forward = (signal: NodeJS.Signals) => {
    // Ctrl-C at a terminal reaches the child by itself, and a second one would end it without its clean-up.
    if (signal !== 'SIGINT' || !atTerminal()) child.kill(signal)
  }
  for (const signal of forwarded) process.on(signal, forward)
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(statusOf(code, signal)))
  }).finally(() => {
    for (const signal of forwarded) process.off(signal, forward)
  })
}

export function statusOf(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal])
}

function atTerminal(): boolean {
  return [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY === true)
}
