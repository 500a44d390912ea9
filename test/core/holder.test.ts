import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {describe, expect, it} from '@jest/globals'
import {holderInWords, leaseMsOf, livenessOf, mayBeAlive, newHolder} from '../../src/core/holder.js'
import {bundle} from '../support/bundle.js'

const onLinux = process.platform === 'linux'
const initialNamespace = '4026531836'

type Parts = Partial<Record<'host' | 'pid' | 'start' | 'namespace' | 'boot' | 'machine', string>>

/** The name of a holder, with some of its parts changed. */
function changed(parts: Parts): string {
  const [host = '', pid = '', start = '', namespace = '', boot = '', machine = '', ...rest] = newHolder().split(':')
  const all = {host, pid, start, namespace, boot, machine, ...parts}
  return [all.host, all.pid, all.start, all.namespace, all.boot, all.machine, ...rest].join(':')
}

const gone = '4194999'

describe('the holder of a lease', () => {
  it('has a name of its own each time', () => {
    expect(new Set(Array.from({length: 100}, newHolder)).size).toBe(100)
  })

  it('tells how long its lease lasts, if it is told', () => {
    expect(leaseMsOf(newHolder(20_000))).toBe(20_000)
    expect([leaseMsOf(newHolder()), leaseMsOf('elsewhere:4211:x')]).toEqual([undefined, undefined])
    expect(livenessOf(newHolder(20_000))).toBe(livenessOf(newHolder()))
  })

  it('is alive while its process is', () => {
    expect(livenessOf(newHolder())).toBe(onLinux ? 'alive' : 'unknown')
  })

  it('is dead when its process is gone', () => {
    expect(livenessOf(changed({pid: gone}))).toBe(onLinux ? 'dead' : 'probably_dead')
    expect(mayBeAlive(changed({pid: gone}))).toBe(false)
  })

  it('is dead when a later process has got its number', () => {
    // Without a start time, as on macOS and Windows, that cannot be told.
    expect(livenessOf(changed({start: onLinux ? '1' : ''}))).toBe(onLinux ? 'dead' : 'unknown')
  })

  it.each([
    ['another host', {host: 'elsewhere', pid: gone}],
    ['another pid namespace, as a container has', {namespace: '1', pid: gone}],
    ['another boot in a container, which may have a boot id of its own', {namespace: '1', boot: 'cafe', pid: gone}],
  ])('of %s is unknown', (_, parts) => {
    expect(livenessOf(changed(parts))).toBe('unknown')
    expect(mayBeAlive(changed(parts))).toBe(true)
  })

  it.each([
    ['same machine is dead', {machine: 'aa'}, 'dead'],
    ['clone of the machine is unknown', {machine: 'bb'}, 'unknown'],
    ['machine without an id is unknown', {machine: ''}, 'unknown'],
    ['same machine in a container is unknown', {machine: 'aa', namespace: '1'}, 'unknown'],
  ])('of another boot of the %s', (_, parts, liveness) => {
    const outside = {pid: gone, namespace: initialNamespace}
    const here = changed({...outside, boot: 'cafe', machine: parts.machine === '' ? '' : 'aa'})
    expect(livenessOf(changed({...outside, boot: 'beef', ...parts}), here)).toBe(liveness)
  })

  it('is only probably dead where the system does not tell one machine from another of the same name', () => {
    const bare = {start: '', namespace: '', boot: '', machine: ''}
    expect(livenessOf(changed({...bare, pid: gone}), changed(bare))).toBe('probably_dead')
    expect(livenessOf(changed(bare), changed(bare))).toBe('unknown')
  })

  it.each(['', 'keeper', `${newHolder().split(':')[0]}:${gone}:2b5c2b1e-0000-4000-8000-000000000000`])(
    'by another name (%j), as older versions wrote it, is unknown',
    (holder) => {
      expect(livenessOf(holder)).toBe('unknown')
    },
  )

  it('is dead when its process has ended and nobody waited for it', async () => {
    const child = await bundle('test/support/holder-child.ts')
    // The shell starts it, and becomes a program that waits for nobody.
    const shell = spawn('sh', ['-c', `"$0" "$1" & exec sleep 60`, process.execPath, child])
    const [line] = (await once(shell.stdout, 'data')) as [Buffer]
    const holder = line.toString().trim()
    while (mayBeAlive(holder)) await new Promise((resolve) => setTimeout(resolve, 5))
    shell.kill()
    await once(shell, 'close')
  })

  it('in another container is unknown, though its host name and pid are those of a process here', async () => {
    const child = await bundle('test/support/holder-child.ts')
    const inside = ['unshare', '--map-root-user', '--pid', '--fork', '--mount-proc']
    const mayUnshare = spawnSync('unshare', [...inside.slice(1), 'true']).status === 0
    const [program = '', ...args] = [...(mayUnshare ? inside : []), process.execPath, child]
    const holder = spawnSync(program, args).stdout.toString().trim()
    expect(holder.split(':')).toHaveLength(8)
    expect(livenessOf(holder)).toBe(mayUnshare ? 'unknown' : onLinux ? 'dead' : 'probably_dead')
  })
})

it.each([
  ['workstation:4211:uuid', 'process 4211 on workstation'],
  ['workstation:4211:77:4026531836:cafe:uuid', 'process 4211 on workstation'],
  ['', 'another process'],
  [undefined, 'another process'],
])('puts the holder %j into words', (holder, words) => {
  expect(holderInWords(holder)).toBe(words)
})
