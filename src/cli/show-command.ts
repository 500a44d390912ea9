import {Flags} from '@oclif/core'
import type {App} from '../app/create-app.js'
import type {Session} from '../services/accounts/sessions.js'
import type {CatalogueChoice} from '../services/catalogue/choose.js'
import type {Freshness} from '../services/catalogue/freshness.js'
import {type AgeOptions, ageLine} from '../ui/age.js'
import type {Paper} from '../ui/paper.js'
import {BaseCommand} from './base-command.js'
import {sandbox, site} from './flags.js'

/** Every command that shows one record of the local database has these. @param record in one word: `order` */
export const showFlags = (record: string) => ({
  sandbox,
  site,
  refresh: Flags.boolean({default: false, summary: `Fetch this ${record} from Mercado Libre first.`}),
})

interface ShowFlags {
  account?: string | undefined
  sandbox: boolean
  site?: string | undefined
  refresh: boolean
}

interface ShowSource<R, Fresh> {
  resource: AgeOptions['resource']
  /** `--refresh`: asks the service for this one. */
  refresh(app: App, session: Session): Promise<Fresh>
  /** From the local database. @param fresh what refreshing gave, which is more than what is kept */
  read(app: App, choice: CatalogueChoice, fresh: Fresh | undefined): Promise<R>
  render(result: NoInfer<R>, paper: Paper): string
}

/** One record, read from the local database; how old that is it says unless the service was just asked. */
export abstract class ShowCommand extends BaseCommand {
  protected async tell<R extends Freshness, Fresh>(flags: ShowFlags, source: ShowSource<R, Fresh>): Promise<R> {
    const config = this.settings(flags)
    const app = await this.app(config)
    const {sandbox, account} = flags
    const choice = {account: config.account, sandbox, site: config.requestedSite}
    const session = flags.refresh ? await (await app.accounts.sessions()).open(choice) : undefined
    const fresh = session && (await source.refresh(app, session))
    // MELI_ACCESS_TOKEN may speak for another account than the one that acts otherwise.
    const whose = session ? {sandbox, account: String(session.userId), site: undefined} : choice
    const result = await source.read(app, whose, fresh)
    if (!flags.refresh) await this.remark(app, ageLine(result, {sandbox, account, resource: source.resource}))
    this.show((paper) => source.render(result, paper))
    return result
  }
}
