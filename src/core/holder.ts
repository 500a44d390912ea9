import {createHash, randomUUID} from 'node:crypto'
import {readFileSync, readlinkSync} from 'node:fs'
import {hostname} from 'node:os'

/**
 * The holder of a lease, as the database has it: `host:pid:start:namespace:boot:machine:ms:uuid`. Host and pid alone are no
 * name, because containers share both. The four after the pid are empty where the system does not tell them (macOS, Windows).
 */
interface Holder {
  host: string
  pid: number
  /** When the process started, in ticks since the boot: tells it from a later one that got its number. */
  start: string
  /** Pids are numbers of this namespace. */
  pidNamespace: string
  /** A random id that the kernel draws when it starts. */
  boot: string
  /** A hash of the machine id, which stays the same when the machine restarts. */
  machine: string
  /** How long the lease lasts, if the holder says so. */
  leaseMs: number | undefined
}

/**
 * Whether the process that holds a lease still runs, as far as this machine can tell. `probably_dead`: there is no such process on the machine of this name, but the system
 * does not say whether it is the same machine. `unknown`: it cannot be seen from here, such as a process in another container.
 */
export type Liveness = 'alive' | 'dead' | 'probably_dead' | 'unknown'

/** The pid namespace that a kernel starts with has this number on every machine; containers have others. */
const initialNamespace = '4026531836'

/**
 * The name of a new holder in this process.
 * @param leaseMs tells others how long the lease lasts; for leases whose end each process measures itself
 */
export function newHolder(leaseMs?: number): string {
  const {host, pid, start, pidNamespace, boot, machine} = thisProcess()
  return [host, pid, start, pidNamespace, boot, machine, leaseMs, randomUUID()].join(':')
}

export function leaseMsOf(holder: string): number | undefined {
  return parse(holder)?.leaseMs
}

/**
 * Only a holder that is known to be dead is called dead. Host, boot and pid namespace have to agree before the pid means
 * anything; then it is gone, or belongs to a process that started at another time. Another boot is a restart only of the same
 * machine, since clones share a host name, and only outside of containers, since some are given a boot id of their own.
 *
 * @param seenFrom the name of a holder in the process that asks
 */
export function livenessOf(holder: string, seenFrom?: string): Liveness {
  const other = parse(holder)
  const here = seenFrom === undefined ? thisProcess() : parse(seenFrom)
  if (other === undefined || here === undefined || other.host !== here.host) return 'unknown'
  if (other.boot !== here.boot) return isRestarted(other, here) ? 'dead' : 'unknown'
  if (other.pidNamespace !== here.pidNamespace) return 'unknown'
  if (!isInUse(other.pid)) return other.boot === '' ? 'probably_dead' : 'dead'
  // On a system that keeps no start time the number may be another process's by now.
  const start = other.start === '' ? undefined : startOf(other.pid)
  if (start === undefined) return 'unknown'
  return start === other.start ? 'alive' : 'dead'
}

function isRestarted(other: Holder, here: Holder): boolean {
  const areOutside = other.pidNamespace === initialNamespace && here.pidNamespace === initialNamespace
  return areOutside && other.machine !== '' && other.machine === here.machine
}

/**
 * Whether the holder of a lease on work may still be at it: where nothing is known, it may. A holder that is probably dead may
 * not, or on macOS and Windows a sync that was killed would hold up the next one for as long as its lease lasts.
 */
export function mayBeAlive(holder: string): boolean {
  const liveness = livenessOf(holder)
  return liveness === 'alive' || liveness === 'unknown'
}

/**
 * Another process of this machine, and known to be alive. This process is left out: a lease of its own that it could not give
 * back must not keep it from its work for as long as it lives.
 */
export function isOtherLiveProcess(holder: string): boolean {
  return livenessOf(holder) === 'alive' && parse(holder)?.pid !== process.pid
}

export function holderInWords(holder: string | undefined): string {
  const [, host, pid] = /^(.+?):(\d+):/.exec(holder ?? '') ?? []
  return pid === undefined ? 'another process' : `process ${pid} on ${host}`
}

/** Undefined for what another version of meli wrote. */
function parse(text: string): Holder | undefined {
  const parts = /^(.+):(\d+):(\d*):(\d*):([\da-f-]*):([\da-f]*):(\d*):[\da-f-]{36}$/.exec(text)
  if (parts === null) return undefined
  const [, host = '', pid = '', start = '', pidNamespace = '', boot = '', machine = '', ms = ''] = parts
  return {host, pid: Number(pid), start, pidNamespace, boot, machine, leaseMs: ms === '' ? undefined : Number(ms)}
}

let self: Holder | undefined

function thisProcess(): Holder {
  self ??= {
    host: hostname(),
    pid: process.pid,
    start: startOf(process.pid) ?? '',
    pidNamespace: told(() => /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]) ?? '',
    boot: told(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? '',
    machine: told(() => hashOf(readFileSync('/etc/machine-id', 'utf8').trim())) ?? '',
    leaseMs: undefined,
  }
  return self
}

/** machine-id(5): the id itself must not be shown. */
function hashOf(machineId: string): string {
  return machineId === '' ? '' : createHash('sha256').update(`meli ${machineId}`).digest('hex').slice(0, 16)
}

function isInUse(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** Field 22 of /proc/PID/stat; undefined where there is none. A zombie, which nobody has waited for, has no start any more. */
function startOf(pid: number): string | undefined {
  return told(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in the second field may hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return /^[ZXx]$/.test(fields[0] ?? '') ? 'ended' : fields[19]
  })
}

function told<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
