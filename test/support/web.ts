import type {FastifyInstance} from 'fastify'
import {authRoutes} from '../../src/server/routes/auth.js'
import {dashboardRoutes} from '../../src/server/routes/dashboard.js'
import {installRoutes} from '../../src/server/routes/install.js'
import {metricsRoutes} from '../../src/server/routes/metrics.js'
import {signInRoutes} from '../../src/server/routes/sign-in.js'
import {buildServeApp} from '../../src/server/serve-app.js'
import {type Toolkit, type ToolkitOptions, toolkit} from './toolkit.js'

export const publicUrl = 'https://shop.example'

export interface Web {
  kit: Toolkit
  app: FastifyInstance
  publicUrl: URL
  /** How often it was told that a seller is connected. */
  readonly connected: number
  /** A browser of its own. */
  visitor(): Visitor
  /** A browser in which this operator is signed in. */
  signedIn(name?: string): Promise<Visitor>
}

const syncEveryMs = 2 * 3_600_000
const sites = [
  {id: 'MEC', name: 'Ecuador'},
  {id: 'MLB', name: 'Brasil'},
]

/** The pages of `meli serve` for sellers and operators, with all of meli behind them, and an emulator behind that. */
export async function openWeb(options: ToolkitOptions & {publicUrl?: string} = {}): Promise<Web> {
  const {publicUrl: url = publicUrl, ...rest} = options
  const kit = await toolkit({redirectUris: [`${url}/api/auth/meli/callback`], ...rest})
  const {accounts, dashboard} = kit.app
  const overview = await dashboard.overview({syncEveryMs})
  const [operators, installs] = [await dashboard.operators(), await accounts.installs()]
  let connected = 0
  const onConnected = () => {
    connected += 1
  }
  const app = await buildServeApp({
    publicUrl: new URL(url),
    sessions: operators,
    redirectUri: kit.emulator.redirectUri,
    authorizationOrigins: [kit.emulator.url],
    routes: [
      signInRoutes({operators}),
      authRoutes({login: accounts.webLogin, sites, siteId: 'MEC', onConnected}),
      installRoutes({installs, onConnected}),
      dashboardRoutes({overview}),
      metricsRoutes({metrics: await dashboard.metrics(overview, {syncEveryMs})}),
    ],
  })
  const web: Web = {
    kit,
    app,
    publicUrl: new URL(url),
    get connected() {
      return connected
    },
    visitor: () => new Visitor(web),
    signedIn: async (name = 'ana@example.com') => {
      const visitor = web.visitor()
      await visitor.signIn(name)
      return visitor
    },
  }
  return web
}

export interface Answer {
  status: number
  location: string | undefined
  body: string
  headers: Record<string, string | string[] | number | undefined>
}

/** A browser: keeps cookies, and follows nothing by itself. */
export class Visitor {
  readonly cookies = new Map<string, string>()
  headers: Record<string, string> = {accept: 'text/html', 'accept-language': 'en'}

  constructor(private readonly web: Web) {}

  get(address: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', address, headers)
  }

  post(address: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    const form = {'content-type': 'application/x-www-form-urlencoded', ...headers}
    return this.send('POST', address, form, new URLSearchParams(fields).toString())
  }

  /** Sends the form of a page, with all its hidden fields, as its button does. */
  async submit(page: Answer, changes: Record<string, string> = {}): Promise<Answer> {
    const form = /<form method="post" action="(?!\/sign-out)([^"]*)">([\s\S]*?)<\/form>/.exec(page.body)
    if (form === null) throw new Error(`there is no form in ${page.body}`)
    const hidden = [...form[2]!.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
    const fields = Object.fromEntries(hidden.map(([, name, value]) => [name!, value!.replaceAll('&amp;', '&')]))
    return this.post(form[1]!, {...fields, ...changes})
  }

  async signIn(name: string): Promise<Answer> {
    const {sign_in_url} = await (await this.web.kit.app.dashboard.operators()).invite(name, this.web.publicUrl.href)
    return this.submit(await this.get(sign_in_url))
  }

  /** Goes to Mercado Libre and comes back with what the seller decided there; the callback is not visited yet. */
  async authorize(options: {user?: string | number; deny?: boolean; query?: string} = {}): Promise<string> {
    const {query = '', ...decision} = options
    const started = await this.get(`/api/auth/meli/start${query}`)
    if (started.location === undefined) throw new Error(`no way to Mercado Libre: ${started.status} ${started.body}`)
    return this.web.kit.emulator.consent(started.location, decision)
  }

  private async send(
    method: 'GET' | 'POST',
    address: string,
    headers: Record<string, string>,
    payload?: string,
  ): Promise<Answer> {
    const {pathname, search, host} = new URL(address, this.web.publicUrl)
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await this.web.app.inject({
      method,
      url: pathname + search,
      headers: {host, ...this.headers, ...(cookie !== '' && {cookie}), ...headers},
      ...(payload !== undefined && {payload}),
    })
    for (const {name, value, maxAge, expires} of answer.cookies as Array<{
      name: string
      value: string
      maxAge?: number
      expires?: Date
    }>) {
      if (maxAge === 0 || (expires !== undefined && expires.getTime() <= 0) || value === '') this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    const location = answer.headers.location
    return {
      status: answer.statusCode,
      location: typeof location === 'string' ? location : undefined,
      body: answer.body,
      headers: answer.headers,
    }
  }
}
