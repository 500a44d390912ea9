/** Where services and adapters tell what they did, to be counted. Never a secret, never an id of a seller in a label. */
export interface Telemetry {
  /** One try of a request to the service. `endpoint` has placeholders in place of ids, such as `/items/:id`. */
  apiRequest(request: {endpoint: string; method: string; status: number | null; ms: number}): void
  refresh(outcome: 'stored' | 'failed' | 'adopted'): void
  notification(outcome: string, topic: string): void
  /** From received to done, in milliseconds. */
  notificationLag(ms: number): void
  job(kind: string, outcome: 'done' | 'failed', ms: number): void
}

/** Structured logging with a correlation id bound to it. Values are redacted before they are written. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  debug(fields: object, message: string): void
  child(fields: object): Log
}
