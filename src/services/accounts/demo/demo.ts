import {MeliError} from '../../../core/errors.js'
import type {Clock} from '../../ports/index.js'
import type {Audience, Stage} from './stage.js'
import {commandLine, type Step, stepsFor} from './steps.js'

export interface DemoStep {
  title: string
  command: string
  exit_code: number
  duration_ms: number
}

export interface DemoResult {
  ok: boolean
  /** Those that ran; when `ok` is false, the last one failed. */
  steps: DemoStep[]
  duration_ms: number
}

export interface DemoDeps {
  stage: Stage
  audience: Audience
  clock: Pick<Clock, 'now'>
}

/** Tells the whole story with the real program, and stops at the first command that does not leave with 0. */
export class Demo {
  constructor(private readonly deps: DemoDeps) {}

  /** @throws MELI_INTERRUPTED when the signal is aborted: the demo keeps nothing */
  async run(signal: AbortSignal): Promise<DemoResult> {
    const {stage, audience} = this.deps
    const begun = this.now()
    audience.opening(stage)
    const story = stepsFor(stage)
    const steps: DemoStep[] = []
    for (const [at, step] of story.entries()) {
      const {title, why} = step
      audience.step({number: at + 1, of: story.length, title, why, command: commandLine(step)})
      const done = await this.play(step, signal)
      if (signal.aborted) throw new MeliError('MELI_INTERRUPTED', 'the demo was interrupted; nothing of it is left')
      steps.push(done)
      if (done.exit_code !== 0) break
    }
    return {ok: steps.every((step) => step.exit_code === 0), steps, duration_ms: this.now() - begun}
  }

  private async play(step: Step, signal: AbortSignal): Promise<DemoStep> {
    const {stage, audience} = this.deps
    const begun = this.now()
    step.before?.(stage)
    const {exitCode} = await stage.meli(step.args, audience, signal)
    return {title: step.title, command: commandLine(step), exit_code: exitCode, duration_ms: this.now() - begun}
  }

  private now(): number {
    return this.deps.clock.now().getTime()
  }
}
