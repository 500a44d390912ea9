import type {Telemetry} from '../services/ports/index.js'

/** Passes on what services and adapters count to the listeners there are by then: none, until somebody wants the figures. */
export class TelemetryHub implements Telemetry {
  private readonly listeners: Telemetry[] = []

  listen(listener: Telemetry): void {
    this.listeners.push(listener)
  }

  apiRequest(request: Parameters<Telemetry['apiRequest']>[0]): void {
    for (const listener of this.listeners) listener.apiRequest(request)
  }

  refresh(outcome: Parameters<Telemetry['refresh']>[0]): void {
    for (const listener of this.listeners) listener.refresh(outcome)
  }

  notification(outcome: string, topic: string): void {
    for (const listener of this.listeners) listener.notification(outcome, topic)
  }

  notificationLag(ms: number): void {
    for (const listener of this.listeners) listener.notificationLag(ms)
  }

  job(kind: string, outcome: 'done' | 'failed', ms: number): void {
    for (const listener of this.listeners) listener.job(kind, outcome, ms)
  }
}
