import {spawn} from 'node:child_process'
import type {CommandRunner} from '../services/ports/index.js'

/** Runs commands that the user gave, through the shell, as `sh -c` would, in the environment that is given here. */
export function createCommandRunner({env}: {env: Readonly<Record<string, string | undefined>>}): CommandRunner {
  return {
    run: (command, stdin) =>
      new Promise((resolve) => {
        // stdout belongs to the result: what the command prints goes to stderr.
        const child = spawn(command, {env: {...env}, shell: true, stdio: ['pipe', process.stderr.fd, 'inherit']})
        child.on('error', () => resolve(127))
        child.on('close', (status) => resolve(status ?? 1))
        // A command that does not read its input is not an error.
        child.stdin?.on('error', () => {})
        child.stdin?.end(stdin)
      }),
  }
}
