import {expect, it} from '@jest/globals'
import {TelemetryHub} from '../../src/app/telemetry-hub.js'

it('passes everything on to whoever listens by then, and to nobody before', () => {
  const hub = new TelemetryHub()
  const heard: unknown[] = []
  hub.refresh('stored')
  hub.listen({
    apiRequest: (request) => heard.push(request),
    refresh: (outcome) => heard.push(outcome),
    notification: (...told) => heard.push(told),
    notificationLag: (ms) => heard.push(ms),
    job: (...told) => heard.push(told),
  })
  const request = {endpoint: '/items/:id', method: 'GET', status: 200, ms: 12}
  hub.apiRequest(request)
  hub.refresh('failed')
  hub.notification('done', 'items')
  hub.notificationLag(34)
  hub.job('sync', 'done', 56)
  expect(heard).toEqual([request, 'failed', ['done', 'items'], 34, ['sync', 'done', 56]])
})
