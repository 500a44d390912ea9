import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll} from '@jest/globals'
import {type Browser, type BrowserContextOptions, chromium, type Page} from 'playwright-core'

/** Debian's Chromium, without the services that look for the network. Screenshots go to a folder that is kept on demand. */
export function useChromium(): {
  open(options?: BrowserContextOptions): Promise<Page>
  picture(page: Page, name: string): Promise<void>
} {
  let browser: Browser
  const pictures = process.env.MELI_TEST_PICTURES
  const folder = pictures ?? mkdtempSync(join(tmpdir(), 'meli-pictures-'))

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    })
  })
  afterAll(async () => {
    await browser.close()
    if (pictures === undefined) rmSync(folder, {recursive: true, force: true})
  })
  return {
    open: async (options) => (await browser.newContext(options)).newPage(),
    picture: async (page, name) => {
      await page.screenshot({path: join(folder, `${name}.png`), fullPage: true})
    },
  }
}

/** Wider than the window is what people on a phone complain about. */
export async function overflows(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')
}
