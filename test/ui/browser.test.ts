import {once} from 'node:events'
import {existsSync, readFileSync, watch} from 'node:fs'
import {chmod, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {createBrowser} from '../../src/ui/browser.js'

const consent = new URL('https://auth.mercadolibre.com.ec/authorization?state=a&code_challenge=b')
let folder: string

// Only what the launcher needs: a real browser of this machine must not start.
const tools = [
  'awk',
  'basename',
  'cat',
  'cut',
  'env',
  'grep',
  'head',
  'ls',
  'mv',
  'readlink',
  'sed',
  'sleep',
  'tr',
  'uname',
]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meli-browser-'))
  for (const tool of tools) {
    const place = ['/usr/bin', '/bin'].map((bin) => join(bin, tool)).find(existsSync)
    if (place !== undefined) await symlink(place, join(folder, tool))
  }
})
afterEach(() => rm(folder, {recursive: true, force: true}))

/** A program in the test's own folder that notes its arguments and environment, then runs `then`. */
async function program(name: string, then = ''): Promise<string> {
  const file = join(folder, name)
  const note = join(folder, 'seen')
  await writeFile(
    file,
    `#!/bin/sh\n{ echo "${name} $*"; echo "pid=$$"; env; } > "${note}.part"; mv "${note}.part" "${note}"\n${then}\n`,
  )
  await chmod(file, 0o755)
  return file
}

const noted = () => readFileSync(join(folder, 'seen'), 'utf8')
const environment = (more: Record<string, string> = {}) => ({
  PATH: folder,
  DISPLAY: ':9',
  HOME: folder,
  XDG_DATA_HOME: folder,
  XDG_DATA_DIRS: folder,
  ...more,
})

/** Long enough for a slow machine: every program here ends by itself but the one that says otherwise. */
const patienceMs = 30_000

describe('a browser that cannot be seen', () => {
  it.each([
    ['linux', {}],
    ['linux', {SSH_CONNECTION: '1', WSL_DISTRO_NAME: 'Debian'}],
    ['darwin', {SSH_CONNECTION: '1', DISPLAY: ':0'}],
  ] as [NodeJS.Platform, Record<string, string>][])('is not opened: %s %j', async (platform, env) => {
    expect(await createBrowser({env, platform}).open(consent, {private: false})).toBe(false)
  })

  it('is not asked for anything but a web page', async () => {
    const env = environment({BROWSER: await program('browser')})
    expect(await createBrowser({env, patienceMs}).open(new URL('file:///etc/passwd'), {private: false})).toBe(false)
    expect(existsSync(join(folder, 'seen'))).toBe(false)
  })
})

// The stand-ins are programs as Linux finds them.
if (process.platform === 'linux')
  describe('the browser of the person', () => {
    it('gets the address, and the environment that is given, not ours', async () => {
      process.env.MELI_CLIENT_SECRET = 's3cret'
      const env = environment({BROWSER: await program('browser'), LANG: 'es_EC.UTF-8'})
      try {
        expect(await createBrowser({env, patienceMs}).open(consent, {private: false})).toBe(true)
      } finally {
        delete process.env.MELI_CLIENT_SECRET
      }
      const note = noted()
      expect(note).toContain(`browser ${consent.href}`)
      expect(note).toContain('LANG=es_EC.UTF-8')
      expect(note).not.toContain('s3cret')
    })

    it('is told to open a private window', async () => {
      await program('xdg-mime', 'echo google-chrome.desktop')
      await program('google-chrome')
      expect(await createBrowser({env: environment(), patienceMs}).open(consent, {private: true})).toBe(true)
      expect(noted()).toContain(`google-chrome --incognito ${consent.href}`)
    })

    it('is not waited for', async () => {
      await program('xdg-mime', 'echo google-chrome.desktop')
      await program('google-chrome', 'exec sleep 60')
      const notes = watch(folder)
      // Time enough to start it, which is not taken back once the patience is at its end.
      expect(await createBrowser({env: environment(), patienceMs: 2000}).open(consent, {private: true})).toBe(true)
      // The program that names the browser was noted before.
      const hasStarted = () => existsSync(join(folder, 'seen')) && noted().startsWith('google-chrome ')
      try {
        while (!hasStarted()) await once(notes, 'change', {signal: AbortSignal.timeout(patienceMs)})
      } finally {
        notes.close()
      }
      // Throws if the browser did not outlive its launch.
      process.kill(Number(/^pid=(\d+)$/m.exec(noted())?.[1]))
    }, 60_000)

    it('is another one when the usual one has no private window that we know', async () => {
      await program('xdg-mime', 'echo unusual.desktop')
      expect(await createBrowser({env: environment(), patienceMs}).open(consent, {private: true})).toBe(false)
      await program('firefox')
      expect(await createBrowser({env: environment(), patienceMs}).open(consent, {private: true})).toBe(true)
      expect(noted()).toContain(`firefox --private-window ${consent.href}`)
    })

    it('is reported missing when it does not start', async () => {
      const env = environment({BROWSER: join(folder, 'missing')})
      expect(await createBrowser({env, patienceMs}).open(consent, {private: false})).toBe(false)
    })
  })
