import {Worker} from 'node:worker_threads'
import type {Browser} from '../services/ports/index.js'

export interface BrowserOptions {
  /** What the browser gets. It outlives this program and shows it to its extensions' helpers: no credential belongs in it. */
  env: Readonly<Record<string, string | undefined>>
  platform?: NodeJS.Platform
  /** How long a launch may take to fail. Windows starts programs through PowerShell, which takes its time. */
  patienceMs?: number
}

type Env = BrowserOptions['env']

/**
 * Opens pages in the person's own browser. False where none can be started: no display, a remote shell, no browser that
 * can be told to open a private window. Never waits for the browser to end.
 */
export function createBrowser({env, platform = process.platform, patienceMs}: BrowserOptions): Browser {
  const patience = patienceMs ?? (platform === 'win32' || isWsl(env) ? 5000 : 1000)
  return {
    async open(url, options) {
      if (!['http:', 'https:'].includes(url.protocol) || !hasScreen(env, platform)) return false
      try {
        return await launch(url, {private: options.private, env: {...env}, patienceMs: patience})
      } catch {
        // Whatever it was (no thread to be had, a damaged installation), the address is on the screen already.
        return false
      }
    },
  }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}

function isWsl(env: Env): boolean {
  return isSet(env.WSL_DISTRO_NAME) || isSet(env.WSL_INTEROP)
}

/** A forwarded display, or the BROWSER that editors set in their remote shells, reaches the person even through ssh. */
function hasScreen(env: Env, platform: NodeJS.Platform): boolean {
  const remote = isSet(env.SSH_CONNECTION) || isSet(env.SSH_TTY)
  if (platform === 'darwin' || platform === 'win32') return !remote
  if (isSet(env.DISPLAY) || isSet(env.WAYLAND_DISPLAY) || isSet(env.BROWSER)) return true
  return isWsl(env) && !remote
}

// The worker is there because `open` hands the environment of its own thread to the browser and takes no other. It may also wait for a browser's whole life; the worker gives up waiting after `patienceMs`: what still runs has started.
const worker = `
const {parentPort, workerData} = require('node:worker_threads')
const {module, url, privateWindow, patienceMs} = workerData
const answer = (opened) => { parentPort.postMessage(opened); process.exit(0) }
const late = setTimeout(() => answer(true), patienceMs)

// Not every machine has each of them known to \`open\`, and asking for an unknown one throws.
const windows = [['browserPrivate'], ['chrome', '--incognito'], ['edge', '--inprivate'], ['firefox', '--private-window'], ['brave', '--incognito']]

async function inPrivate(open, apps) {
  for (const [name, ...flags] of windows) {
    // newInstance: macOS drops the flags when the browser is running already.
    try { return await started(await open(url, {app: {name: apps[name], arguments: flags}, newInstance: true})) } catch {}
  }
  throw new Error('no browser has a private window')
}

// The launcher of Linux starts well and then finds no browser.
function started(child) {
  return new Promise((resolve, reject) => {
    const judge = (code) => (code === 0 || code === null ? resolve() : reject(new Error('the browser did not start')))
    if (child.exitCode !== null) return judge(child.exitCode)
    child.ref()
    child.once('exit', judge)
  })
}

import(module)
  .then(({default: open, apps}) => (privateWindow ? inPrivate(open, apps) : open(url).then(started)))
  .then(() => answer(true), () => answer(false))
  .finally(() => clearTimeout(late))
`

function launch(url: URL, options: {private: boolean; env: NodeJS.ProcessEnv; patienceMs: number}): Promise<boolean> {
  const {env, patienceMs} = options
  const workerData = {module: import.meta.resolve('open'), url: url.href, privateWindow: options.private, patienceMs}
  return new Promise((resolve) => {
    const opener = new Worker(worker, {eval: true, env, workerData, stdout: true, stderr: true})
    opener.once('message', (opened: unknown) => resolve(opened === true))
    opener.once('error', () => resolve(false))
    opener.once('exit', () => resolve(false))
  })
}
