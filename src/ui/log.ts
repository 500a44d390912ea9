import pino from 'pino'

/** JSON lines on stderr. Callers pass facts that hold no secret; these names are taken out all the same. */
export function createLog(level: string): pino.Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ['access_token', 'refresh_token', 'client_secret', 'password', 'authorization', 'headers.authorization'],
        remove: true,
      },
    },
    pino.destination({dest: 2, sync: true}),
  )
}
