/** What one run of the program left. */
export interface StageRun {
  exitCode: number
}

/** What can be seen while the program runs. */
export interface Watcher {
  /** What the program prints, as it comes. */
  output(text: string): void
  /** A person did something in the browser. */
  browser(text: string): void
}

/** Where the demo plays: a service of its own, and the real program as a person would run it. */
export interface Stage {
  readonly url: string
  readonly site: string
  /** Of the seller. */
  readonly listings: number
  /** Runs `meli` with these arguments, and does in the browser what it asks for. Ends early when `signal` is aborted. */
  meli(args: readonly string[], watcher: Watcher, signal: AbortSignal): Promise<StageRun>
  /** Changes listings at the service, as the seller or the buyers would. */
  changeListings(change: {prices: number; stocks: number}): void
  /** Skips time at the service. */
  advance(ms: number): void
}

/** Who is told the story. */
export interface Audience extends Watcher {
  opening(stage: Pick<Stage, 'url' | 'site'>): void
  /** `number` begins with 1. */
  step(step: {number: number; of: number; title: string; why: string; command: string}): void
}
