import {createHash} from 'node:crypto'
import {describe, expect, it} from '@jest/globals'
import {outcomePage, pageHeaders, usedPage} from '../../../src/server/pages/callback-page.js'
import {languageOf} from '../../../src/server/pages/texts.js'
import fc from '../../support/properties.js'

describe('the callback page', () => {
  it.each([
    ['MEC', 'es'],
    ['MLM', 'es'],
    ['MLB', 'pt'],
    ['CBT', 'en'],
    ['XXX', 'en'],
  ])('speaks to a seller of %s in %s', (siteId, language) => {
    expect(languageOf(siteId)).toBe(language)
  })

  it('names the account and says that the window can be closed', () => {
    const page = outcomePage('en', {ok: true, nickname: 'SELLER'})
    expect(page).toContain('<bdi>SELLER</bdi>')
    expect(page).toContain('You can close this window')
  })

  it('shows the message of the program, marked as English, where it has no words of its own', () => {
    const page = outcomePage('pt', {ok: false, code: 'MELI_UNREACHABLE', message: 'Could not reach the service'})
    expect(page).toContain('<p lang="en">Could not reach the service</p>')
  })

  it('shows the reason, the code and what to do in the language of the page', () => {
    const page = outcomePage('pt', {ok: false, code: 'MELI_OPERATOR_ACCOUNT', message: 'A collaborator logged in'})
    expect(page).toContain('Entrou um colaborador da conta')
    expect(page).not.toContain('A collaborator logged in')
    expect(page).toContain('<code>MELI_OPERATOR_ACCOUNT</code>')
    expect(page).toContain('conta administradora')
  })

  it('sends people back to the terminal when it has no advice', () => {
    expect(outcomePage('en', {ok: false, code: 'constructor', message: 'x'})).toContain('Return to the terminal')
  })

  it('never lets what it shows become markup', () => {
    const hostile = fc.oneof(
      fc.string({unit: 'binary'}),
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "'-alert(1)-'",
        '</style><b>',
        '&lt;',
      ),
    )
    const tags = (page: string) => page.match(/<[^>]*>/g)
    const plainSuccess = tags(outcomePage('es', {ok: true, nickname: 'x'}))
    const plainFailure = tags(outcomePage('es', {ok: false, code: 'x', message: 'x'}))
    fc.assert(
      fc.property(hostile, hostile, (one, two) => {
        expect(tags(outcomePage('es', {ok: true, nickname: one}))).toEqual(plainSuccess)
        expect(tags(outcomePage('es', {ok: false, code: one, message: two}))).toEqual(plainFailure)
      }),
    )
    expect(outcomePage('es', {ok: true, nickname: `<&>"'`})).toContain('&lt;&amp;&gt;&quot;&#39;')
  })

  it('allows exactly its own style', () => {
    const style = /<style>(.*?)<\/style>/s.exec(usedPage('es'))?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(pageHeaders()['content-security-policy']).toContain(`style-src 'sha256-${hash}'`)
  })
})
