import {setFlagsFromString} from 'node:v8'

/**
 * Keeps the heap small for work that makes little but short-lived objects. What is new has a space of 1 MB, where V8 would
 * make it 16; what outlived it by chance is looked through when it has grown by two fifths, where V8 would wait for it to
 * grow fourfold. docs/adr/0011-sync-throughput.md.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=40')
}
