import {describe, expect, it} from '@jest/globals'
import type {Fetched} from '../../../src/services/ports/index.js'
import {CommitBatcher} from '../../../src/services/sync/fetchers.js'

const answer = (id: string): Fetched<{id: string}> => ({ok: true, id, record: {id}})

/** A run that keeps what it is told to, unless it fails. */
function runOf({failure}: {failure?: Error} = {}) {
  const commits: string[][] = []
  const keep = async (answers: ReadonlyArray<Fetched<{id: string}>>) => {
    commits.push(answers.map(({id}) => id))
    if (failure !== undefined) throw failure
    return undefined
  }
  return {commits, keep}
}

describe('the keeper of answers', () => {
  it('commits together what came in one turn of the event loop', async () => {
    const run = runOf()
    const keeper = new CommitBatcher(run)
    await Promise.all([keeper.keep([answer('A'), answer('B')]), keeper.keep([answer('C')])])
    expect(run.commits).toEqual([['A', 'B', 'C']])
  })

  it('waits for nobody, and keeps what comes while a commit is under way', async () => {
    const run = runOf()
    const keeper = new CommitBatcher(run)
    await keeper.keep([answer('A')])
    await keeper.keep([answer('B')])
    expect(run.commits).toEqual([['A'], ['B']])
  })

  it('tells everybody of a commit that failed', async () => {
    const failure = new Error('disk full')
    const keeper = new CommitBatcher(runOf({failure}))
    const outcomes = await Promise.allSettled([keeper.keep([answer('A')]), keeper.keep([answer('B')])])
    expect(outcomes).toEqual([
      {status: 'rejected', reason: failure},
      {status: 'rejected', reason: failure},
    ])
  })
})
