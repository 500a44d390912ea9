import {Agent, request} from 'node:http'

/** Sends as the service does: again, until it is answered 200. */
export class Sender {
  readonly accepted = new Set<string>()
  private readonly agent = new Agent({keepAlive: true, maxSockets: 64})

  /** @param address where the receiver is at this moment */
  constructor(private readonly address: () => string) {}

  async send(notification: {_id: string} & Record<string, unknown>): Promise<void> {
    for (let attempts = 1; ; attempts += 1) {
      const status = await this.post({...notification, attempts}).catch(() => undefined)
      if (status === 200) break
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    this.accepted.add(notification._id)
  }

  /** The status; rejects when there is no answer. */
  post(body: unknown): Promise<number> {
    return new Promise((resolve, reject) => {
      const sent = request(
        this.address(),
        {method: 'POST', agent: this.agent, headers: {'content-type': 'application/json'}},
        (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode ?? 0))
          answer.on('error', reject)
        },
      )
      sent.on('error', reject)
      sent.end(JSON.stringify(body))
    })
  }

  close(): void {
    this.agent.destroy()
  }
}
