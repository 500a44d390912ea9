/** Why a request is refused where the status alone does not say it. */
export type Refusal = 'forged' | 'elsewhere'

/** A refusal that becomes a page (or a line of text) of this status. */
export class HttpError extends Error {
  constructor(
    readonly statusCode: number,
    readonly refusal?: Refusal,
  ) {
    super(`refused with ${statusCode}`)
    this.name = 'HttpError'
  }
}
