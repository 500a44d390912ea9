import {describe, expect, it} from '@jest/globals'
import {catalogue, type ErrorCode, exitCodes, isMeliError, MeliError} from '../../src/core/errors.js'

const codes = Object.keys(catalogue) as ErrorCode[]

describe('errors', () => {
  it.each(codes)('carry one exit status in both places where it is looked for: %s', (code) => {
    const error = new MeliError(code, 'why')
    expect(error.exitCode).toBe(exitCodes[catalogue[code].family])
    expect(error.oclif.exit).toBe(error.exitCode)
    expect(error.exitCode).toBeGreaterThan(0)
    expect(catalogue[code].meaning).toMatch(/^[A-Z].*[^.]$/)
  })

  it('of the network may be tried again, and hardly any other', () => {
    const retryable = codes.filter((code) => new MeliError(code, 'why').retryable)
    for (const code of codes) if (catalogue[code].family === 'network') expect(retryable).toContain(code)
    expect(retryable.filter((code) => catalogue[code].family !== 'network')).toEqual([
      'MELI_DATABASE_BUSY',
      'MELI_ITEM_BUSY',
    ])
  })

  it('are recognized by kind and by code', () => {
    const error: unknown = new MeliError('MELI_NOT_FOUND', 'no', {try: ['look elsewhere'], cause: 1, details: {id: 2}})
    expect(isMeliError(error)).toBe(true)
    expect(isMeliError(error, 'MELI_NOT_FOUND')).toBe(true)
    expect(isMeliError(error, 'MELI_FORBIDDEN')).toBe(false)
    expect(isMeliError(new Error('x'))).toBe(false)
    expect(error).toMatchObject({message: 'no', suggestions: ['look elsewhere'], cause: 1, details: {id: 2}})
  })

  it('do not share their suggestions with whoever made them', () => {
    const hints = ['one']
    const error = new MeliError('MELI_USAGE', 'x', {try: hints})
    hints.push('two')
    expect(error.suggestions).toEqual(['one'])
  })
})
