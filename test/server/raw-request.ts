import {type IncomingHttpHeaders, type RequestOptions, request} from 'node:http'
import {request as secureRequest} from 'node:https'
import {text} from 'node:stream/consumers'

export interface RawAnswer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

type RawOptions = RequestOptions & {ca?: string; rejectUnauthorized?: boolean}

/** A request as given: no redirects, no headers of its own but Host. */
export function rawRequest(address: string, options: RawOptions = {}): Promise<RawAnswer> {
  const send = address.startsWith('https:') ? secureRequest : request
  return new Promise((resolve, reject) => {
    const sent = send(address, {agent: false, ...options}, (answer) => {
      text(answer).then((body) => resolve({status: answer.statusCode ?? 0, headers: answer.headers, body}), reject)
    })
    sent.on('error', reject)
    sent.end()
  })
}
