import {Agent, request} from 'node:http'

/** Sends notifications of these items at a steady pace, whatever the answers take. The times of the answers in milliseconds. */
export async function notify({url, userId, clientId, items}, {count, perSecond, from = 0}) {
  const agent = new Agent({keepAlive: true, maxSockets: 256})
  const times = []
  const refused = new Map()
  const underway = new Set()
  const startedAt = performance.now()
  for (let sent = 0; sent < count; ) {
    const due = Math.min(count, Math.ceil(((performance.now() - startedAt) / 1000) * perSecond))
    for (; sent < due; sent++) {
      const body = JSON.stringify({
        _id: `bench-${from + sent}`,
        resource: `/items/${items[Math.floor(Math.random() * items.length)]}`,
        user_id: userId,
        topic: 'items',
        application_id: clientId,
        attempts: 1,
        sent: new Date().toISOString(),
      })
      const answered = post(agent, url, body).then(({status, ms}) => {
        underway.delete(answered)
        if (status === 200) times.push(ms)
        else refused.set(status, (refused.get(status) ?? 0) + 1)
      })
      underway.add(answered)
    }
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await Promise.all(underway)
  agent.destroy()
  const seconds = (performance.now() - startedAt) / 1000
  return {perSecond: times.length / seconds, p99: percentile(times, 0.99), p50: percentile(times, 0.5), refused}
}

function percentile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function post(agent, url, body) {
  const startedAt = performance.now()
  return new Promise((resolve) => {
    const end = (status) => resolve({status, ms: performance.now() - startedAt})
    const sent = request(url, {method: 'POST', agent, headers: {'content-type': 'application/json'}}, (answer) => {
      answer.resume().on('end', () => end(answer.statusCode))
    })
    sent.on('error', () => end(null))
    sent.end(body)
  })
}
