/** A file of which nothing can be read from some place on. */
export class BrokenText extends Error {
  override readonly name = 'BrokenText'

  /** @param message goes on from the name of the file: `has a quote at line 3, column 5 that is never closed` */
  constructor(
    message: string,
    readonly advice?: string,
  ) {
    super(message)
  }
}
