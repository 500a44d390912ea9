import {randomUUID} from 'node:crypto'
import {readFileSync, readlinkSync} from 'node:fs'
import {hostname} from 'node:os'

/**
 * The holder of a lease, as the database has it: `host:pid:start:namespace:boot:uuid`. Host and pid alone are no name, because
 * containers share both. Start time, pid namespace and boot are empty where the system does not tell them (macOS, Windows).
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
}

/** What this machine can tell of a holder; `unknown` of one that it cannot see, such as a process in another container. */
export type Liveness = 'alive' | 'dead' | 'unknown'

/** The pid namespace that a kernel starts with has this number on every machine; containers have others. */
const initialNamespace = '4026531836'

/** The name of a new holder in this process. */
export function newHolder(): string {
  const {host, pid, start, pidNamespace, boot} = thisProcess()
  return [host, pid, start, pidNamespace, boot, randomUUID()].join(':')
}

/**
 * Dead is only what is known to be dead. Host, boot and pid namespace have to agree before the pid means anything; then
 * it is gone, or of a process that started at another time. Another boot of the same host is a restart only outside of
 * containers: containers may share a host name, and some are given a boot id of their own.
 */
export function livenessOf(holder: string): Liveness {
  const other = parse(holder)
  const here = thisProcess()
  if (other === undefined || other.host !== here.host) return 'unknown'
  if (other.boot !== here.boot) {
    const bothOutside = other.pidNamespace === initialNamespace && here.pidNamespace === initialNamespace
    return bothOutside ? 'dead' : 'unknown'
  }
  if (other.pidNamespace !== here.pidNamespace) return 'unknown'
  if (!isInUse(other.pid)) return 'dead'
  // On a system that keeps no start time the number may be another process's by now.
  const start = other.start === '' ? undefined : startOf(other.pid)
  if (start === undefined) return 'unknown'
  return start === other.start ? 'alive' : 'dead'
}

/** Whether the holder of a lease may still be at work: where nothing is known, it may. */
export function mayBeAlive(holder: string): boolean {
  return livenessOf(holder) !== 'dead'
}

export function holderInWords(holder: string | undefined): string {
  const [, host, pid] = /^(.+?):(\d+):/.exec(holder ?? '') ?? []
  return pid === undefined ? 'another process' : `process ${pid} on ${host}`
}

/** Undefined for what another version of meli wrote. */
function parse(text: string): Holder | undefined {
  const [, host, pid, start, pidNamespace, boot] = /^(.+):(\d+):(\d*):(\d*):([\da-f-]*):[\da-f-]{36}$/.exec(text) ?? []
  if (host === undefined || start === undefined || pidNamespace === undefined || boot === undefined) return undefined
  return {host, pid: Number(pid), start, pidNamespace, boot}
}

let self: Holder | undefined

function thisProcess(): Holder {
  self ??= {
    host: hostname(),
    pid: process.pid,
    start: startOf(process.pid) ?? '',
    pidNamespace: told(() => /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]) ?? '',
    boot: told(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? '',
  }
  return self
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
