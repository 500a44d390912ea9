import {randomBytes} from 'node:crypto'

/** A visit to the consent page, between its first page and the decision. */
export interface ConsentSession {
  query: string
  userId: number | null
}

const mostSessions = 500

/** Open visits, by an id that no other site can guess: the forms carry it, which is what keeps them from being forged. */
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
