import {randomBytes} from 'node:crypto'

/** A visit to the consent page, between its first page and the decision. */
export interface Visit {
  query: string
  userId: number | null
}

const mostVisits = 500

/** Open visits, by an id that no other site can guess: the forms carry it, which is what keeps them from being forged. */
export class ConsentDesk {
  private readonly visits = new Map<string, Visit>()

  open(query: string): string {
    const [oldest] = this.visits.keys()
    if (this.visits.size >= mostVisits && oldest !== undefined) this.visits.delete(oldest)
    const id = randomBytes(16).toString('hex')
    this.visits.set(id, {query, userId: null})
    return id
  }

  get(id: string): Visit | undefined {
    return this.visits.get(id)
  }

  close(id: string): void {
    this.visits.delete(id)
  }
}
