import {PassThrough} from 'node:stream'
import {describe, expect, it} from '@jest/globals'
import {pour} from '../../src/ui/output.js'
import {longLines} from './lines.js'

describe('pour', () => {
  it('goes no faster than who reads, and ends when nobody does', async () => {
    const stream = new PassThrough()
    const done = pour(longLines(), stream)
    stream.once('data', () => stream.destroy())
    expect(await done).toBeLessThan(1000)
  })

  it('writes each line as it comes where lines take their time, and asks for no more than somebody reads', async () => {
    const stream = new PassThrough()
    stream.once('data', () => stream.destroy())
    expect(await pour(longLines(), stream, undefined, 0)).toBeLessThan(20)
  })

  it('hands everything over', async () => {
    const stream = new PassThrough().resume()
    expect(await pour(longLines(500), stream)).toBe(500)
  })
})
