import type {Telemetry} from '../services/ports/index.js'

/** Counts nothing. */
export const silentTelemetry: Telemetry = {
  apiRequest: () => undefined,
  refresh: () => undefined,
  notification: () => undefined,
  notificationLag: () => undefined,
  job: () => undefined,
}
