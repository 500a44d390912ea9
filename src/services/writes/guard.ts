import {MeliError} from '../../core/errors.js'
import {wrongKind} from '../accounts/auth/account-errors.js'
import {findAccount} from '../accounts/auth/choose-account.js'
import {assertKind, type Session, type Sessions} from '../accounts/sessions.js'
import type {AccountStore, Identity, Terminal} from '../ports/index.js'

export interface WriteChoice {
  account?: string | undefined
  sandbox: boolean
  site?: string | undefined
  /** The nickname of the real account that is meant. Never out of the environment or a file. */
  live?: string | undefined
  /** Told whose token it is before anything else is done. */
  onActor?: (identity: Identity) => void
}

/** The plan that a confirmation shows. */
export interface WritePlan {
  title: string
  lines: readonly string[]
  /** Values for an error message, beside the title. Texts that people wrote to each other are left out. */
  told?: string
  /** True for a change that cannot be undone: the confirmation then asks for the nickname. */
  severe?: boolean
}

/** In whose name something is written. */
export interface Actor {
  session: Session
  /** The identity as the service gives it now. */
  identity: Identity
  sandbox: boolean
  /**
   * Comes back when it may be done. A test user, or a real account named by `live`: in silence. Otherwise asks at a
   * terminal, MELI_NOT_CONFIRMED when the answer is no; MELI_LIVE_NEEDED where nobody can be asked.
   */
  confirm(plan: WritePlan, signal?: AbortSignal): Promise<void>
}

/** How callers say which account they mean: by flags of a command, or by options of the library. */
export interface ModeNames {
  sandbox: string
  live: string
  /** The way out for this real account. */
  liveFor(nickname: string): string
}

const flags: ModeNames = {
  sandbox: '--sandbox',
  live: '--live',
  liveFor: (nickname) => `--live=${shellQuoted(nickname)}`,
}

export interface WriteGuardDeps {
  sessions: Pick<Sessions, 'open'>
  terminal: () => Promise<Pick<Terminal, 'interactive' | 'say' | 'ask'>>
  accounts: () => Promise<Pick<AccountStore, 'list'>>
  /** Flags when left out. */
  names?: ModeNames
}

/** Between a command, or a client of the library, and the first thing that it changes at the service. */
export class WriteGuard {
  private readonly names: ModeNames

  constructor(private readonly deps: WriteGuardDeps) {
    this.names = deps.names ?? flags
  }

  /**
   * Asks the service whose token this is. MELI_WRONG_KIND when that is not the kind of account that the mode acts as;
   * MELI_WRONG_ACCOUNT when it is another account than was stored, or than `live` or `site` say.
   */
  async open(choice: WriteChoice): Promise<Actor> {
    const {account, sandbox, site, live, onActor} = choice
    const {names} = this
    if (sandbox && live !== undefined) throw bothModes(names)
    const session = await this.deps.sessions.open({account, sandbox, site})
    const identity = session.identity ?? (await session.api.me()).identity
    assertStillTheKind(identity, session, sandbox, names)
    assertSame(identity, session)
    if (site !== undefined && identity.siteId !== site) throw otherSite(identity, site)
    if (live !== undefined && !isNamed(identity, live))
      throw otherThanLive(identity, live, await this.isReal(live), names)
    onActor?.(identity)
    const allowed = sandbox || live !== undefined
    const confirm: Actor['confirm'] = async (plan, signal) => {
      if (!allowed) await this.ask(identity, plan, signal)
    }
    return {session, identity, sandbox, confirm}
  }

  /** True when a real account of this name is connected. */
  private async isReal(name: string): Promise<boolean> {
    return findAccount(await (await this.deps.accounts()).list(), name)?.isTestUser === false
  }

  private async ask(identity: Identity, plan: WritePlan, signal: AbortSignal | undefined): Promise<void> {
    const terminal = await this.deps.terminal()
    if (!terminal.interactive) throw liveNeeded(identity, plan, this.names)
    const {nickname, userId, siteId} = identity
    terminal.say(
      [`Real account ${nickname} (${userId}, ${siteId})`, plan.title, ...plan.lines.map(indented)].join('\n'),
    )
    const question = plan.severe === true ? `Type ${nickname} to continue:` : 'Continue? (y/N)'
    const answer = await terminal.ask(question, signal)
    const agreed = plan.severe === true ? isNamed(identity, answer) : /^y(es)?$/i.test(answer)
    if (!agreed) throw notConfirmed()
  }
}

/** Says it in other words when the stored row still has the other kind: the service has changed its mind since the login. */
function assertStillTheKind(identity: Identity, {account}: Session, sandbox: boolean, names: ModeNames): void {
  if (identity.isTestUser === sandbox) return
  if (account === undefined) assertKind(identity, sandbox, names.sandbox)
  const {suggestions, code} = wrongKind(identity.nickname, sandbox, names.sandbox)
  const message = sandbox
    ? `${identity.nickname} was a test user when it was connected, and Mercado Libre does not call it one any more`
    : `${identity.nickname} was a real account when it was connected, but Mercado Libre now says it is a test user`
  throw new MeliError(code, message, {
    try: [`meli auth login --expect ${identity.userId} connects it again with the right kind`, ...suggestions],
  })
}

/** A stored token that speaks for somebody else than its row says must not write anything. */
function assertSame(identity: Identity, session: Session): void {
  if (identity.userId === session.userId) return
  const message = `the stored token belongs to ${identity.nickname} (${identity.userId}), not to ${session.userId}`
  throw new MeliError('MELI_WRONG_ACCOUNT', message, {try: [`meli auth login --expect ${session.userId}`]})
}

/** Service nicknames are of one case; people write them as they like. */
function isNamed({nickname}: Identity, name: string): boolean {
  return nickname !== '' && nickname.toLowerCase() === name.trim().toLowerCase()
}

function bothModes({live, sandbox}: ModeNames): MeliError {
  const message = `${live} is for real accounts and ${sandbox} for test users: use one of them`
  return new MeliError('MELI_USAGE', message, {try: ['omit one of the two']})
}

function otherSite({nickname, siteId}: Identity, site: string): MeliError {
  return new MeliError('MELI_WRONG_ACCOUNT', `${nickname} belongs to ${siteId}, not to ${site}`, {
    try: ['omit --site and MELI_SITE, or name another account'],
  })
}

function otherThanLive({nickname}: Identity, live: string, isReal: boolean, names: ModeNames): MeliError {
  const message = `${names.live} names ${live}, but the acting account is ${nickname}; nothing was changed`
  return new MeliError('MELI_WRONG_ACCOUNT', message, {
    try: [
      `${names.liveFor(nickname)}, if you mean that account`,
      isReal ? `--account ${shellQuoted(live)} --live=${shellQuoted(live)}` : 'meli auth status lists the accounts',
    ],
  })
}

function liveNeeded({nickname}: Identity, {title, told}: WritePlan, names: ModeNames): MeliError {
  const asked = told === undefined ? title : `${title}: ${told}`
  const message = `${nickname} is a real account, and there is nobody to ask; nothing was changed. Asked for: ${asked}`
  return new MeliError('MELI_LIVE_NEEDED', message, {
    try: [
      `add ${names.liveFor(nickname)} to confirm it in advance`,
      ...(names === flags ? [dryRunHint] : []),
      `${names.sandbox} does it as a test user`,
    ],
    details: {flag: names.liveFor(nickname)},
  })
}

function notConfirmed(): MeliError {
  return new MeliError('MELI_NOT_CONFIRMED', 'not confirmed; nothing was changed', {
    try: [dryRunHint],
  })
}

const dryRunHint = '--dry-run shows the exact requests and sends none'

/** Indents texts of others, such as a question, so that they cannot be mistaken for our own lines. */
function indented(line: string): string {
  return `  ${line.replace(/(?<!\s)\s*[\n\r\u2028\u2029]+/g, '\n    | ')}`
}

/** Quotes a name so that a shell reads it as one word. */
export function shellQuoted(name: string): string {
  return /^[\w.@-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`
}
