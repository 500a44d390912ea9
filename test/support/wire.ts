import {inspect} from 'node:util'
import {redact} from '../../src/core/redact.js'
import {readText} from '../../src/meli/http/body.js'
import {createHttp} from '../../src/meli/http/http.js'
import type {Http, HttpAnswer, HttpOptions} from '../../src/meli/http/http-types.js'
import type {Fetched, Product, SyncedProduct} from '../../src/services/ports/index.js'

/** A transport that waits for nothing between tries and draws no lots. `waits` collects what it would have waited. */
export function quickHttp(origin: URL | string, options: Partial<HttpOptions> = {}): Http & {waits: number[]} {
  const waits: number[] = []
  const http = createHttp({
    origin: new URL(origin),
    userAgent: 'meli-toolkit/test',
    timeoutMs: 5000,
    sleep: async (ms) => void waits.push(ms),
    random: () => 0.5,
    ...options,
  })
  return Object.assign(http, {waits})
}

export function httpAnswer(status: number, text = '', headers: Record<string, string> = {}): HttpAnswer {
  return {
    status,
    headers,
    text,
    bytes: Buffer.from(text),
    json: () => JSON.parse(text),
    source: () => readText(text),
    redact,
  }
}

/** A record that was fetched, with its document as text. */
export function readable(answer: Fetched<SyncedProduct> | undefined): Product {
  if (!answer?.ok) throw new Error(`not fetched: ${answer?.message}`)
  return {...answer.record, json: Buffer.from(answer.record.json).toString()}
}

/** Everything that could come out of a value by printing it. */
export function printed(value: unknown): string {
  const error = value instanceof Error ? `${value.stack} ${value.message} ${String(value)}` : ''
  const own = typeof value === 'object' ? {...value} : value
  return [inspect(value, {depth: 10, showHidden: true}), JSON.stringify(value), JSON.stringify(own), error].join('\n')
}
