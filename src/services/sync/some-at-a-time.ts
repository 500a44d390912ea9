/** Works through a list with so many under way at once; begins nothing more once the signal is aborted. Ends when all have. */
export async function someAtATime<T>(
  most: number,
  items: readonly T[],
  signal: AbortSignal | undefined,
  work: (item: T) => Promise<void>,
): Promise<void> {
  // One iterator for all: each takes what is next.
  const left = items.values()
  const worker = async () => {
    for (const item of left) {
      if (signal?.aborted === true) return
      await work(item)
    }
  }
  await Promise.all(Array.from({length: Math.min(most, items.length)}, worker))
}
