import type {Config} from '../config/config.js'
import type {WriteChoice} from '../services/writes/guard.js'
import type {Actor} from '../ui/writes.js'
import {BaseCommand} from './base-command.js'

/** As `writeFlags` gives them. */
export interface WriteFlags {
  account?: string | undefined
  sandbox: boolean
  site?: string | undefined
  live?: string | undefined
  'dry-run': boolean
}

/** Shared by the commands that change something at the service. */
export abstract class WriteCommand extends BaseCommand {
  /** Known once a dry run asked whose token it is. */
  protected actor: Actor | undefined

  protected choice({account, requestedSite: site}: Config, {sandbox, live, ...flags}: WriteFlags): WriteChoice {
    const onActor: WriteChoice['onActor'] = (identity) => {
      this.actor = identity
    }
    return {account, sandbox, site, live, ...(flags['dry-run'] && {onActor})}
  }
}
