import {printable} from './style.js'

/** As the command was given them: commands that it names want them too. */
export interface Acting {
  sandbox?: boolean | undefined
  account?: string | undefined
}

/** To be put behind a command that is named: ` --sandbox --account NICK`. */
export function flagsOf({sandbox = false, account}: Acting): string {
  return `${sandbox ? ' --sandbox' : ''}${account === undefined ? '' : ` --account ${quoted(printable(account))}`}`
}

/** As a shell takes it for one word. */
function quoted(name: string): string {
  return /^[\w.@-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`
}
