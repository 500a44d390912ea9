import {Counter, collectDefaultMetrics, Gauge, Histogram, Registry} from 'prom-client'
import type {StoreGauges} from '../services/dashboard/overview/gauges.js'
import type {Telemetry} from '../services/ports/index.js'
import {StoreMetrics} from './store-metrics.js'

export interface MetricsOptions {
  version: string
  /** Read at each scrape. */
  stores: () => Promise<readonly StoreGauges[]>
  /** How often a store is synced by itself; undefined where it is not. */
  syncEveryMs?: number | undefined
}

/** From a tenth of a second, which is a good answer, to the time-out. */
const requestBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15]
/** A notification should be done within seconds; after a day the service has given up on it. */
const lagBuckets = [0.5, 1, 2.5, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400]
const jobBuckets = [0.1, 1, 5, 15, 60, 300, 900, 3_600, 14_400]

/** What this process counts, and what a scrape reads from the store. Names and labels: docs/metrics.md. */
export class Metrics implements Telemetry {
  readonly #registry = new Registry()
  readonly #counters = counters(this.#registry)
  readonly #stores: StoreMetrics

  constructor(private readonly options: MetricsOptions) {
    const registers = [this.#registry]
    collectDefaultMetrics({register: this.#registry})
    const build = {name: 'meli_build_info', help: 'Always 1; labels name the version.'}
    new Gauge({...build, registers, labelNames: ['version', 'node']}).set(
      {version: options.version, node: process.version},
      1,
    )
    this.#stores = new StoreMetrics(this.#registry, options.syncEveryMs)
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  /** In Prometheus' text format. A store that cannot be read costs its own gauges alone. */
  async text(): Promise<string> {
    this.#stores.show(await this.options.stores().catch(() => undefined))
    return this.#registry.metrics()
  }

  apiRequest({endpoint, method, status, ms}: Parameters<Telemetry['apiRequest']>[0]): void {
    const {requests, requestSeconds, limited} = this.#counters
    requests.inc({endpoint, method, status: status === null ? 'none' : String(status)})
    requestSeconds.observe({endpoint}, ms / 1000)
    if (status === 429) limited.inc()
  }

  refresh(outcome: 'stored' | 'failed' | 'adopted'): void {
    this.#counters.refreshes.inc({outcome})
  }

  notification(outcome: string, topic: string): void {
    this.#counters.notifications.inc({outcome, topic})
  }

  notificationLag(ms: number): void {
    this.#counters.lag.observe(ms / 1000)
  }

  job(kind: string, outcome: 'done' | 'failed', ms: number): void {
    this.#counters.jobs.inc({kind, outcome})
    this.#counters.jobSeconds.observe({kind}, ms / 1000)
  }
}

function counters(registry: Registry) {
  const registers = [registry]
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter<L>({name, help, labelNames, registers})
  const histogram = <L extends string>(name: string, help: string, buckets: number[], ...labelNames: L[]) =>
    new Histogram<L>({name, help, labelNames, buckets, registers})
  const refreshes = counter('meli_token_refreshes_total', 'Token refreshes by outcome.', 'outcome')
  // There from the beginning: an increase from nothing is none to Prometheus.
  for (const outcome of ['stored', 'failed', 'adopted']) refreshes.inc({outcome}, 0)
  return {
    refreshes,
    requests: counter(
      'meli_api_requests_total',
      'Tries of requests to Mercado Libre; status "none" where no answer came.',
      ...(['endpoint', 'method', 'status'] as const),
    ),
    requestSeconds: histogram(
      'meli_api_request_duration_seconds',
      'How long tries of requests took.',
      requestBuckets,
      'endpoint',
    ),
    limited: counter('meli_api_rate_limited_total', 'Number of 429 answers.'),
    notifications: counter(
      'meli_notifications_total',
      'Notifications by outcome, counted when received and when processed.',
      ...(['outcome', 'topic'] as const),
    ),
    lag: histogram('meli_notification_lag_seconds', 'Time from receiving a notification to finishing it.', lagBuckets),
    jobs: counter('meli_jobs_total', 'Scheduled jobs by kind and outcome.', ...(['kind', 'outcome'] as const)),
    jobSeconds: histogram('meli_job_duration_seconds', 'Duration of scheduled jobs.', jobBuckets, 'kind'),
  }
}
