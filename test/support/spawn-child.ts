import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process'
import {once} from 'node:events'

export interface Child {
  /** Resolves once the child has loaded its code and waits. */
  ready: Promise<unknown>
  go(): void
  /** The last line it wrote, parsed. */
  answer: Promise<Record<string, unknown>>
}

/** Starts a built file that says "ready", waits for a line and answers with one line of JSON. */
export function spawnChild(command: readonly string[], env: Record<string, string> = {}): Child {
  const [program = '', ...args] = command
  const child = spawn(program, args, {env: {...process.env, ...env}})
  let ready = () => {}
  const becameReady = new Promise<void>((resolve) => {
    ready = resolve
  })
  return {
    ready: becameReady,
    go: () => child.stdin.end('go\n'),
    answer: answerOf(child, ready),
  }
}

/** All at once: each has its code loaded before the first one starts. */
export async function race(children: readonly Child[]): Promise<Record<string, unknown>[]> {
  await Promise.all(children.map((child) => Promise.race([child.ready, child.answer])))
  for (const child of children) child.go()
  return Promise.all(children.map((child) => child.answer))
}

async function answerOf(child: ChildProcessWithoutNullStreams, ready: () => void): Promise<Record<string, unknown>> {
  let out = ''
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  child.stdout.on('data', (chunk) => {
    out += chunk
    if (out.includes('ready\n')) ready()
  })
  child.stdin.on('error', () => {})
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error(`the child left with ${status}: ${errors}`)
  return JSON.parse(out.trim().split('\n').at(-1) ?? '')
}
