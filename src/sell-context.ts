import {applicationOf} from './application.js'
import {Context} from './context.js'
import {once} from './once.js'

/** The wiring of sales: what changes something at the service, questions, orders and shipments. */
export class SellContext extends Context {
  readonly writeGuard = once(async () => {
    const {WriteGuard} = await import('./services/writes/guard.js')
    return new WriteGuard({sessions: await this.sessions(), people: this.people})
  })

  readonly writer = once(async () => {
    const {Writer} = await import('./services/writes/writer.js')
    const {redact} = await import('./redact.js')
    const {writeLog: log} = await this.store()
    const {clock, process} = this
    return new Writer({log, clock, process, protect: this.interrupts.protect, redact})
  })

  readonly rawCall = once(async () => {
    const {RawCall} = await import('./services/raw/raw-call.js')
    const {origin} = this.config.apiUrl
    const {writeGuard: guard, writer} = this
    const clientId = () => this.config.clientId ?? applicationOf(this.config).clientId
    return new RawCall({sessions: await this.sessions(), guard, writer, clientId, origin})
  })
}
