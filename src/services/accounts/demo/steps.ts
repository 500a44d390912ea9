import type {Stage} from './stage.js'

export interface Step {
  title: string
  /** A sentence or two: what happens here and what for. */
  why: string
  args: readonly string[]
  /** What happens at the service before the command runs. */
  before?: (stage: Stage) => void
}

const sixHoursMs = 6 * 3_600_000

/** The story from a new application to a token that renews itself. Each step runs the real program. */
export function stepsFor({site, listings}: Pick<Stage, 'site' | 'listings'>): Step[] {
  return [
    {
      title: 'The application',
      why: 'Its id, secret and redirect URI are in the environment. This shows what meli reads, and from where.',
      args: ['config'],
    },
    {
      title: 'Connect a seller',
      why: 'meli waits at the redirect URI while the seller allows the application in a browser (the demo plays both).',
      args: ['auth', 'login', '--no-browser'],
    },
    {
      title: 'Who is connected',
      why: 'Answered from the local store: nothing is asked, nothing is spent.',
      args: ['auth', 'status'],
    },
    {
      title: 'Verify the handshake',
      why: 'Ten checks and one exit status per cause, so that a CI job can tell an expired authorization from an outage.',
      args: ['verify-handshake'],
    },
    {
      title: 'A seller and a buyer to test with',
      why: 'Mercado Libre shows their passwords once, so they are stored, encrypted, before they are printed. Both log in right away.',
      args: ['create-test-user', '--site', site, '--pair', '--login', '--no-browser'],
    },
    {
      title: 'Verify the sandbox',
      why: 'With --sandbox only test users can act, and without it only real accounts. They cannot be confused.',
      args: ['verify-handshake', '--sandbox'],
    },
    {
      title: 'Fetch the catalogue',
      why: `All ${listings} listings of the seller, into the local database.`,
      args: ['sync', 'products'],
    },
    {
      title: 'Fetch what has changed',
      why: 'Meanwhile six prices and three stocks were changed at Mercado Libre.',
      args: ['sync', 'products'],
      before: (stage) => stage.changeListings({prices: 6, stocks: 3}),
    },
    {
      title: 'Six hours later',
      why: 'The clock of the service was moved. It refuses the old token, so meli refreshes it once and carries on: see "token valid". The clocks now differ, as "clock skew" says.',
      args: ['verify-handshake'],
      before: (stage) => stage.advance(sixHoursMs),
    },
    {
      title: 'Disconnect',
      why: 'Revokes the authorization at the service, and deletes the tokens here.',
      args: ['auth', 'logout'],
    },
  ]
}

/** As one would type it. */
export function commandLine({args}: Pick<Step, 'args'>): string {
  return ['meli', ...args].join(' ')
}
