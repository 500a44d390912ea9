import {randomBytes} from 'node:crypto'

/** One user's way through the consent page, from its first step to the decision. */
export interface ConsentSession {
  query: string
  userId: number | null
}

const mostSessions = 500

/** Open consent sessions by id. The forms carry the id, which no other site can guess, so that they cannot be forged. */
export class ConsentSessions {
  private readonly sessions = new Map<string, ConsentSession>()

  open(query: string): string {
    const [oldest] = this.sessions.keys()
    if (this.sessions.size >= mostSessions && oldest !== undefined) this.sessions.delete(oldest)
    const id = randomBytes(16).toString('hex')
    this.sessions.set(id, {query, userId: null})
    return id
  }

  get(id: string): ConsentSession | undefined {
    return this.sessions.get(id)
  }

  close(id: string): void {
    this.sessions.delete(id)
  }
}
