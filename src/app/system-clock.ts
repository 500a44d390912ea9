import {setTimeout as wait} from 'node:timers/promises'
import type {Clock} from '../services/ports/index.js'

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => wait(ms, undefined, signal === undefined ? {} : {signal}),
}
