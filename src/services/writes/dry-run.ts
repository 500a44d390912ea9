import type {RawRequest, WriteRequest} from '../ports/index.js'
import {bodyTextOf} from './writer.js'

export interface DryRunRequest {
  method: RawRequest['method']
  path: string
  /** Beyond what every request carries. */
  headers: Readonly<Record<string, string>>
  body: unknown
  /** The same to the byte; null when there is none. */
  body_text: string | null
}

/** The result of `--dry-run`, of every command that has it. */
export interface DryRunResult {
  dry_run: true
  requests: DryRunRequest[]
  /** Consequences of the requests; left out when there are none. */
  notes?: string[]
}

/** A read is shown too, where a command may send either. */
export type ShownRequest = Omit<WriteRequest, 'method'> & Pick<RawRequest, 'method'>

/** Shows a change that was planned and not sent. */
export function plannedView({requests, notes}: {requests: DryRunRequest[]; notes: string[]}): DryRunResult {
  return {dry_run: true, requests, ...(requests.length > 0 && notes.length > 0 && {notes})}
}

/** The exact requests that would be sent, in their order. */
export function dryRunView(requests: readonly ShownRequest[]): DryRunResult {
  return {
    dry_run: true,
    requests: requests.map((request) => {
      const {method, path, headers = {}, body = null} = request
      return {method, path, headers, body, body_text: bodyTextOf(request)}
    }),
  }
}
