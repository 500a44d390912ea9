import {describe, expect, it} from '@jest/globals'
import {preferredLanguage} from '../../../src/server/pages/language.js'
import fc from '../../support/properties.js'

describe('the language of a page', () => {
  it.each([
    ['es-MX,es;q=0.9,en;q=0.8', 'es'],
    ['pt-BR', 'pt'],
    ['EN', 'en'],
    ['de-DE,de;q=0.9,en;q=0.5,pt;q=0.6', 'pt'],
    ['en;q=0, pt', 'pt'],
    ['en;q=0.5, es;q=0.5', 'en'],
    ['fr', 'es'],
    ['*', 'es'],
    ['', 'es'],
    [undefined, 'es'],
  ])('is for %j %s', (header, language) => {
    expect(preferredLanguage(header)).toBe(language)
  })

  it('is one of three, whatever is asked for', () => {
    fc.assert(fc.property(fc.string(), (header) => ['es', 'pt', 'en'].includes(preferredLanguage(header))))
  })
})
