/** An answer in the service's own error dialect. Handlers throw it; one error handler sends it as it is. */
export class WireError extends Error {
  constructor(
    readonly status: number,
    /** Sent as JSON, or as plain text when it is a string, or with no body at all when undefined. */
    readonly body: unknown,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`answered ${status}`)
    this.name = 'WireError'
  }
}
