/** Bound of a body, as received and unpacked. The largest of the service have some hundred KB: no answer may fill the memory. */
export const mostBytes = 64 * 1024 * 1024

/** Coded as what unpacking fails with past its bound. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError'
  readonly code = 'ERR_BUFFER_TOO_LARGE'

  constructor() {
    super(`the body has more than ${mostBytes} bytes`)
  }
}
