import {once} from 'node:events'

/** In a process of its own: says "ready", waits for a line, does what it was started for, and answers in JSON. */
export async function answerOnce(actions: Readonly<Record<string, () => Promise<unknown>>>): Promise<void> {
  process.stdout.write('ready\n')
  await once(process.stdin, 'data')
  process.stdin.pause()
  const answer = await actions[process.argv[2] ?? '']?.()
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
