/**
 * Runs tasks side by side. The first that fails stops the others, and all of them have ended when this ends, so that what
 * was in hand is kept. An abort from outside wins over what it caused.
 */
export async function together(
  signal: AbortSignal,
  tasks: ReadonlyArray<(signal: AbortSignal) => Promise<void>>,
): Promise<void> {
  const own = new AbortController()
  const any = AbortSignal.any([signal, own.signal])
  const failures: unknown[] = []
  await Promise.all(
    tasks.map(async (task) => {
      try {
        await task(any)
      } catch (error) {
        failures.push(error)
        own.abort(error)
      }
    }),
  )
  signal.throwIfAborted()
  if (failures.length > 0) throw failures[0]
}
