import {isMeliError, type MeliError} from '../../../core/errors.js'

export const checkNames = [
  'configuration',
  'token_found',
  'seal_opens',
  'token_valid',
  'api_answers',
  'identity',
  'kind',
  'refresh_possible',
  'time_left',
  'clock_skew',
] as const

export type CheckName = (typeof checkNames)[number]
export type CheckStatus = 'pass' | 'fail' | 'warn' | 'skip'

export interface Check {
  name: CheckName
  status: CheckStatus
  /** One sentence: what was seen, or why it was skipped. */
  detail: string
}

/** Collects the checks of one handshake in their order, and remembers the cause of the first failure. */
export class Checklist {
  private readonly done = new Map<CheckName, Check>()
  private firstCause: MeliError | undefined

  pass(name: CheckName, detail: string): void {
    this.done.set(name, {name, status: 'pass', detail})
  }

  warn(name: CheckName, detail: string): void {
    this.done.set(name, {name, status: 'warn', detail})
  }

  skip(name: CheckName, detail: string): void {
    this.done.set(name, {name, status: 'skip', detail})
  }

  fail(name: CheckName, cause: MeliError): void {
    this.done.set(name, {name, status: 'fail', detail: cause.message})
    this.firstCause ??= cause
  }

  /** Runs one step; an error of ours fails the check and gives undefined, any other error is a bug and goes on up. */
  async attempt<T>(name: CheckName, step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step()
    } catch (error) {
      if (!isMeliError(error)) throw error
      this.fail(name, error)
      return undefined
    }
  }

  get ok(): boolean {
    return this.firstCause === undefined
  }

  get cause(): MeliError | undefined {
    return this.firstCause
  }

  /** Every check, in order; those that were not reached are skipped because of the one that failed. */
  list(): Check[] {
    const failed = [...this.done.values()].find((check) => check.status === 'fail')?.name
    const reason = failed === undefined ? 'not needed' : `not reached: ${failed} failed`
    return checkNames.map((name) => this.done.get(name) ?? {name, status: 'skip', detail: reason})
  }
}
