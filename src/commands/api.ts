import {Args, Flags} from '@oclif/core'
import {text, writeFlags} from '../cli/flags.js'
import {WriteCommand} from '../cli/write-command.js'
import {MeliError} from '../core/errors.js'
import type {DryRunResult} from '../services/writes/dry-run.js'
import type {RawResult} from '../services/writes/raw/raw-call.js'
import {readInput} from '../ui/input.js'
import {pour} from '../ui/output.js'
import {renderRaw} from '../ui/raw.js'
import {renderDryRun} from '../ui/writes.js'

const many = {multiple: true, multipleNonGreedy: true} as const

export default class Api extends WriteCommand {
  static override summary = 'Send a request to the API and print the answer.'
  static override description =
    'Uses the token of the account, refreshes it when needed, and stays within the rate budget. {user_id}, {site_id} and {app_id} are filled in, in the path and in values. Fields become the query of a GET and the JSON body of any other method. A request that changes something asks first, or needs --live or --sandbox, and is recorded in meli history. An answer of 400 or above is printed as well, and sets the exit status.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> /users/me',
    '<%= config.bin %> <%= command.id %> GET "/users/{user_id}/items/search" -f search_type=scan --paginate',
    '<%= config.bin %> <%= command.id %> PUT /items/MEC123456789 -F price:=19.90 --dry-run',
    `$ echo '{"available_quantity":3}' | <%= config.bin %> <%= command.id %> PUT /items/MEC123456789 --input - --live=TIENDA_ANDINA`,
  ]
  static override usage = 'api [METHOD] PATH [FLAGS]'
  static override args = {
    method: Args.string({
      description: 'GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS; GET by default.',
      required: true,
    }),
    path: Args.string({description: 'Path of the endpoint, such as /users/me.'}),
  }
  static override flags = {
    ...writeFlags,
    field: Flags.string({char: 'f', summary: 'Add a text field; repeatable.', helpValue: 'NAME=TEXT', ...many}),
    typed: Flags.string({
      char: 'F',
      summary: 'Add a JSON field; also NAME:=JSON as an argument; repeatable.',
      helpValue: 'NAME=JSON',
      ...many,
    }),
    header: Flags.string({char: 'H', summary: 'Add a header; repeatable.', helpValue: 'NAME:VALUE', ...many}),
    input: text({summary: 'Read the JSON body from this file; fields then become the query.', helpValue: 'FILE|-'}),
    paginate: Flags.boolean({
      default: false,
      summary: 'Fetch every page and print one JSON object per line.',
      exclusive: ['include', 'dry-run', 'json'],
    }),
    include: Flags.boolean({char: 'i', default: false, summary: 'Print the status and headers before the body.'}),
  }

  async run(): Promise<RawResult | DryRunResult | undefined> {
    const {args, flags} = await this.parse(Api)
    const {method, path} = requestLine(args)
    const config = this.settings(flags)
    const {field: fields = [], typed = [], header: headers = [], include} = flags
    const source = {what: 'the body', example: `echo '{}' | meli api ${method} ${path} --input -`}
    const body = flags.input === undefined ? undefined : await readInput(flags.input, process.stdin, source)
    const input = {method, path, fields, typed, headers, input: body}
    const choice = this.choice(config, flags)
    const app = await this.app(config)
    const call = await app.writes.rawCall()
    if (flags['dry-run']) {
      const result = await call.dryRun(input, choice)
      this.show((paper) => renderDryRun(result, paper, this.actor))
      return result
    }
    if (flags.paginate) {
      await pour(await call.lines(input, choice, this.signal), process.stdout, this.signal, 0)
      return
    }
    const {result, error, bytes} = await call.run(input, choice, this.signal)
    if (!this.jsonEnabled())
      process.stdout.write(renderRaw({result, bytes, error}, {include, isTTY: process.stdout.isTTY === true}))
    if (error !== null) {
      await this.remark(app, `${error.message} (${error.code})`)
      this.exitWith(error.exitCode)
    }
    return result
  }
}

/** Whoever leaves the method out means GET, as with other tools. */
function requestLine({method, path}: {method: string; path?: string | undefined}): {method: string; path: string} {
  if (path !== undefined) return {method, path}
  if (/^(\/|https?:)/i.test(method)) return {method: 'GET', path: method}
  throw new MeliError('MELI_USAGE', 'missing argument PATH', {try: ['meli api GET /users/me']})
}
