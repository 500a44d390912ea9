import {importWorld} from '../../src/emulator/model/state.js'
import {World} from '../../src/emulator/model/world.js'
import {watchCli} from './running-cli.js'

/** An emulator that shares no process with the test, and what is seen of it from outside. Ended by `watchCli`. */
export interface EmulatorProcess {
  /** For a program that should talk to it. */
  readonly env: Record<string, string>
  control<T>(path: string, options?: {method?: string; body?: object}): Promise<T>
  /** Requests answered or begun since it started, those of the control routes left out. */
  served(): Promise<number>
  /** A copy of its world as it is now. */
  world(): Promise<World>
}

export async function openEmulatorProcess(...args: string[]): Promise<EmulatorProcess> {
  const program = watchCli(['emulator', 'start', '--json', ...args])
  await program.says('\n}')
  const {url, env}: {url: string; env: Record<string, string>} = JSON.parse(program.stdout())
  const send = async (path: string, {method = 'GET', body}: {method?: string; body?: object} = {}) => {
    const answer = await fetch(`${url}/_emulator/${path}`, {
      method,
      ...(body && {body: JSON.stringify(body), headers: {'content-type': 'application/json'}}),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }
  const control = async <T>(path: string, options?: {method?: string; body?: object}) =>
    (await (await send(path, options)).json()) as T
  let known = 0
  return {
    env,
    control,
    async served() {
      const requests = await control<{n: number}[]>('requests')
      known = requests.at(-1)?.n ?? known
      // The numbers go on. A short log is read quickly.
      if (requests.length > 0) await send('requests', {method: 'DELETE'})
      return known
    },
    async world() {
      const copy = new World({})
      importWorld(copy, await control('state'))
      return copy
    },
  }
}
