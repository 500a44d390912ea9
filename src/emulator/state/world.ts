import {VirtualClock} from '../clock.js'
import {Random} from '../random.js'
import {Applications} from './applications.js'
import {FaultScript} from './fault-script.js'
import {Grants} from './grants.js'
import {RateLimiter, type RateLimitShape} from './rate-limiter.js'
import {RequestLog} from './request-log.js'
import {Users} from './users.js'

/** Behaviour that can be switched while the emulator runs. */
export interface Settings {
  /** Real milliseconds before each answer of the service. */
  latencyMs: number
  rateLimitShape: RateLimitShape
  /** What a created test user is answered with: 201, or 200; unconfirmed at the source (section 4). */
  testUserStatus: 200 | 201
}

export interface WorldOptions {
  seed?: number
  start?: Date
  siteId?: string
}

/** Everything the emulator knows. It has no idea of HTTP. */
export class World {
  readonly clock: VirtualClock
  readonly random: Random
  readonly users: Users
  readonly applications: Applications
  readonly grants: Grants
  readonly limiter: RateLimiter
  readonly requests = new RequestLog()
  readonly faults = new FaultScript()
  readonly settings: Settings = {latencyMs: 0, rateLimitShape: 'over_quota', testUserStatus: 201}
  readonly siteId: string

  constructor({seed = 1, start, siteId = 'MEC'}: WorldOptions = {}) {
    this.siteId = siteId
    this.clock = new VirtualClock(start)
    this.random = new Random(seed)
    this.users = new Users(this.clock, this.random)
    this.applications = new Applications(this.clock, this.random)
    this.grants = new Grants(this.clock, this.random)
    this.limiter = new RateLimiter(this.clock)
  }
}
