import {setFlagsFromString} from 'node:v8'

/**
 * Holds the part of the heap for short-lived objects at its first size. A sync makes nothing but such objects, and the
 * heap would make room for 48 MB of them; it takes no longer without. docs/adr/0011-sync-throughput.md.
 */
export function keepYoungHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}
