import {AsyncLocalStorage} from 'node:async_hooks'
import pino from 'pino'
import {redact} from '../core/redact.js'

export interface LogOptions {
  level: string
  /** Where the lines go; stderr when left out. */
  stream?: pino.DestinationStream
}

export interface LogOutput {
  log: pino.Logger
  /** Everything that is logged inside, by whatever part of the program, carries this id. */
  correlate: <T>(id: string, work: () => T) => T
}

const secretNames =
  /^(?:(?:proxy-?)?authorization|(?:set-?)?cookies?|(?:access|refresh)_?token|client_?secret|code_?verifier|password|csrf(?:_?token)?|state)$/i
/** In the query of an address; redact() knows the names of tokens, and `state` could be anything elsewhere. */
const stateInQuery = /([?&]state=)[^&\s"'<>]+/g
/** The web framework's own objects: all headers, the whole address, and most of the program behind them. */
const neverLogged = /^(?:req|res|request|reply|raw)$/
/** Deeper than this nobody logs on purpose. */
const mostLevels = 6

/** JSON lines on stderr. Callers pass facts that hold no secret; what looks like one is taken out all the same. */
export function createLog({level, stream}: LogOptions): LogOutput {
  const storage = new AsyncLocalStorage<string>()
  const clean = (text: string) => redact(text).replace(stateInQuery, '$1[redacted]')
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin() {
        const id = storage.getStore()
        return id === undefined ? {} : {correlation_id: id}
      },
      formatters: {
        level: (label) => ({level: label}),
        log: (fields) => cleaned(fields, clean),
      },
      serializers: {err: (error: unknown) => error},
      hooks: {
        logMethod(parts, method) {
          const said = parts.map((part: unknown) => (typeof part === 'string' ? clean(part) : part))
          // Where nothing is said of an error, pino says what the error does, as it is.
          const own = said[1] === undefined ? ownMessage(said[0], clean) : undefined
          if (own !== undefined) said[1] = own
          method.apply(this, said as typeof parts)
        },
      },
    },
    stream ?? pino.destination({dest: 2, sync: true}),
  )
  return {log: withCleanChildren(log, clean), correlate: (id, work) => storage.run(id, work)}
}

/** What is bound to a child passes no formatter. Children of children inherit this. */
function withCleanChildren(log: pino.Logger, clean: (text: string) => string): pino.Logger {
  const child: (this: pino.Logger, bindings: pino.Bindings, options?: pino.ChildLoggerOptions) => pino.Logger =
    log.child
  return Object.assign(log, {
    child(this: pino.Logger, bindings: pino.Bindings, options?: pino.ChildLoggerOptions) {
      return child.call(this, cleaned(bindings, clean), options)
    },
  })
}

function cleaned(fields: object, clean: (text: string) => string, level = 0): Record<string, unknown> {
  const entries = Object.entries(fields).map(([name, value]) => [name, cleanValue(name, value, clean, level)])
  return Object.fromEntries(entries)
}

function cleanValue(name: string, value: unknown, clean: (text: string) => string, level: number): unknown {
  if (neverLogged.test(name)) return undefined
  if (secretNames.test(name) && value !== null && value !== undefined) return '[redacted]'
  if (typeof value === 'string') return clean(value)
  if (value instanceof Error) return errorFields(value, clean)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (level >= mostLevels) return '[deep]'
  if (Array.isArray(value)) return value.map((each) => cleanValue('', each, clean, level + 1))
  return cleaned(value, clean, level + 1)
}

function ownMessage(fields: unknown, clean: (text: string) => string): string | undefined {
  const error = typeof fields === 'object' && fields !== null && 'err' in fields ? fields.err : fields
  return error instanceof Error ? clean(error.message) : undefined
}

/** What errors carry besides, such as the options of a request, stays out. */
function errorFields(error: Error, clean: (text: string) => string): Record<string, unknown> {
  const code = 'code' in error ? String(error.code) : undefined
  return {
    type: error.name,
    ...(code !== undefined && {error_code: code}),
    message: clean(error.message),
    stack: clean(error.stack ?? ''),
  }
}
